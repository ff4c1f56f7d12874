import numpy as np

from cnnviz.evaluation.mistakes import confidence, margin, mistakes, top_classes
from cnnviz.evaluation.scores import TestPredictions

PROBABILITIES = np.array([[0.6, 0.3, 0.1], [0.1, 0.5, 0.4], [0.05, 0.05, 0.9], [0.4, 0.35, 0.25], [0.2, 0.2, 0.6]])
TEST = TestPredictions(PROBABILITIES, np.array([1, 1, 0, 2, 1]), ("a", "b", "c"))


def test_the_surest_mistake_or_the_closest_one_is_first():
    assert mistakes(TEST, "Surest first").tolist() == [2, 0, 4, 3]
    assert mistakes(TEST, "Closest first").tolist() == [3, 0, 4, 2]


def test_mistakes_of_one_class_and_those_taken_for_one():
    assert mistakes(TEST, "Surest first", true=1).tolist() == [0, 4]
    assert mistakes(TEST, "Surest first", predicted=0).tolist() == [0, 3]
    assert mistakes(TEST, "Surest first", true=1, predicted=2).tolist() == [4]
    assert mistakes(TEST, "Surest first", true=1, predicted=1).tolist() == []


def test_how_sure_and_how_close_an_answer_is():
    assert np.allclose(confidence(PROBABILITIES), [0.6, 0.5, 0.9, 0.4, 0.6])
    assert np.allclose(margin(PROBABILITIES), [0.3, 0.1, 0.85, 0.05, 0.4])
    assert margin(np.ones((2, 1))).tolist() == [1, 1]


def test_the_first_classes_are_the_most_probable_ones():
    assert top_classes(PROBABILITIES[1]).tolist() == [1, 2, 0]
    assert top_classes(np.array([0.5, 0.5])).tolist() == [0, 1]
