"""What is practised in a round of training, and how.

Copying made-up words, spelling and comparing numbers make the first round go faster, but two million weights never get them
right reliably, so later rounds and all question sets leave them out.
"""

USUAL_UPPERCASE = 0.02

wide = False
uppercase = USUAL_UPPERCASE  # the share of questions typed in capitals


def practise(everything, uppercase_share=USUAL_UPPERCASE):
    global wide, uppercase
    wide, uppercase = everything, uppercase_share
