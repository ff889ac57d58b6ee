"""The sample house's own sound, made by arithmetic: scores are data (`pieces.toml`), instruments are formulas.

``python -m radio.mix.synth audio/`` writes every file again: score → notes → sound → levelled Opus file.
"""
