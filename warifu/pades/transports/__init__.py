"""The only shelf of the engine with a wire: TSA, OCSP/CRL and key files. 外部接続"""
