"""Is on the workers only when it was staged."""


def twice(n):
    return f"twice is {2 * n}"
