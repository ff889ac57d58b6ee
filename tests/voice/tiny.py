"""A voice for the real piper, small enough to be built by a test: each phoneme is a pulse of a tone of its own."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RATE = 22_050
SYMBOLS = ["_", "^", "$", " ", *".,!?;:'-()\"", *(chr(code) for code in (*range(97, 123), *range(48, 58)))]
SYMBOLS += [chr(code) for code in (*range(0xE0, 0x180), *range(0x250, 0x370))]
SILENT = 14
"""So many of the first symbols (punctuation) make no sound; the padding between all makes a little."""
SAMPLES = 800
"""Of each symbol at length scale 1."""


def build(path: Path, people: int = 1, samples: int = SAMPLES) -> Path:
    """Write the voice ``path`` and its ``.json``; with several ``people`` each speaks a fifth higher."""
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(people, samples), path)
    config = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "vi"},
        "num_symbols": len(SYMBOLS),
        "num_speakers": people,
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(SYMBOLS)},
    }
    path.with_name(f"{path.name}.json").write_text(json.dumps(config), encoding="utf-8")
    return path


def _model(people: int, samples: int) -> onnx.ModelProto:
    loudness = np.array([0.2] + [0.0] * (SILENT - 1) + [0.5] * (len(SYMBOLS) - SILENT), np.float32)
    tones = np.array([180 + 13 * number % 300 for number in range(len(SYMBOLS))], np.float32)
    constants = {
        "one": np.array(1, np.int64),
        "zero": np.array(0, np.int64),
        "samples": np.array(samples, np.float32),
        "rate": np.array(RATE, np.float32),
        "turn": np.array(2 * np.pi, np.float32),
        "half": np.array(np.pi, np.float32),
        "column": np.array([-1, 1], np.int64),
        "flat": np.array([1, 1, -1], np.int64),
        "tones": tones,
        "loudness": loudness,
    }
    if people > 1:
        constants["higher"] = np.array([1.5**number for number in range(people)], np.float32)
    steps = [
        ("Gather", ["scales", "one"], "stretch"),
        ("Mul", ["stretch", "samples"], "wanted"),
        ("Cast", ["wanted"], "count", {"to": TensorProto.INT64}),
        ("Range", ["zero", "count", "one"], "steps"),
        ("Cast", ["steps"], "place", {"to": TensorProto.FLOAT}),
        ("Cast", ["count"], "whole", {"to": TensorProto.FLOAT}),
        ("Div", ["place", "whole"], "share"),
        ("Mul", ["share", "half"], "bow"),
        ("Sin", ["bow"], "swell"),
        ("Div", ["place", "rate"], "seconds"),
        ("Mul", ["seconds", "turn"], "angle"),
        ("Reshape", ["input", "column"], "ids"),
        ("Gather", ["tones", "ids"], "low"),
        *_higher(people),
        ("Gather", ["loudness", "ids"], "amount"),
        ("Mul", ["tone", "angle"], "phase"),
        ("Sin", ["phase"], "wave"),
        ("Mul", ["wave", "swell"], "pulse"),
        ("Mul", ["pulse", "amount"], "sound"),
        ("Reshape", ["sound", "flat"], "output"),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, None]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if people > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
    graph = helper.make_graph(
        [
            helper.make_node(kind, given, [made], **(more[0] if more else {}))
            for kind, given, made, *more in steps
        ],
        "voice",
        inputs,
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, None])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def _higher(people: int) -> list[tuple]:
    """The tone of the person who speaks."""
    if people == 1:
        return [("Identity", ["low"], "tone")]
    return [
        ("Gather", ["higher", "sid"], "times"),
        ("Mul", ["low", "times"], "tone"),
    ]
