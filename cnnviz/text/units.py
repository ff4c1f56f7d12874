"""Numbers as people read them: shapes, bytes, signs."""

KIB = 1024


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape as 26 x 26 x 32, a vector as 1,600."""
    return " x ".join(f"{side:,}" for side in shape)


def bytes_text(count: float) -> str:
    """Write bytes as B, KiB, MiB or GiB, three digits at least."""
    size, unit = float(abs(count)), "B"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < KIB or unit == "GiB":
            break
        size /= KIB
    number = f"{size:,.0f}" if unit == "B" else f"{size:,.2f}"
    return f"{'-' if count < 0 else ''}{number} {unit}"


def signed(text: str, value: float) -> str:
    """Put a plus before what is more; what is less has its minus, and nothing is said of zero."""
    return f"+{text}" if value > 0 else text
