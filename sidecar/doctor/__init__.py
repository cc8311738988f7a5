"""``gpu-metrics-sidecar doctor``: what was looked for, what was found, and whether it is right.

``examination`` asks every provider once more than a sweep does, ``reference`` asks the vendors'
own tools for the same values, ``surroundings`` says where this runs, ``notes`` what stands in the
way of a value, ``report`` puts it in words.
Nothing in it identifies the computer or its owner: people paste it into public issues.
"""
