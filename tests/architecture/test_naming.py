"""Names of layers as people read them."""

from cnnviz.architecture.spec.naming import own_name


def test_the_names_that_are_shown_differ_from_branch_to_branch():
    assert own_name("branches_1.1.conv_1") == "1.conv_1"
    assert own_name("residual_1.branches_1.2.conv_1") == "2.conv_1"
    assert own_name("residual_1.conv_2") == "conv_2"
    assert own_name("conv_2") == "conv_2"
