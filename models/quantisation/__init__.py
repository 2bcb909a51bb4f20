"""Networks in 8-bit integers: ranges measured on prepared pictures, weights per channel, the decode part left as it is.

It needs `onnx` (extra `train`). Nothing that serves imports this package; what it writes is an ordinary ONNX file.
`python -m detector.quantise` is the command.
"""
