"""What askers left for officers: gathered, grouped by meaning, answered.

likeness      which questions mean the same
gather        new questions and remarks -> cases
cases         what is done with a case
mail          a reply by mail, if SMTP is set
"""
