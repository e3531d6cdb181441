"""A small invented library of networks, as wheels: what the harvester of transformers reads, in a dozen lines."""

import zipfile
from pathlib import Path

from deepgenealogy.harvest.interface import Package, Pin
from deepgenealogy.harvest.packages import Wheel

MODELS = "transformers/models"

AUTO = """
MODEL_FOR_CAUSAL_LM_MAPPING_NAMES = OrderedDict(
    [
        ("pebble", "PebbleForCausalLM"),
        ("pebble2", "Pebble2ForCausalLM"),
    ]
)
"""
MAPPINGS = """
CONFIG_MAPPING_NAMES = OrderedDict([("pebble", "PebbleConfig"), ("pebble2", "Pebble2Config")])
SPECIAL_MODEL_TYPE_TO_MODULE_NAME = OrderedDict([("pebble_eye", "eye")])
"""
PEBBLE = """
class PebblePreTrainedModel(PreTrainedModel):
    pass

class PebbleNorm(nn.Module):
    pass

class PebbleAttention(nn.Module):
    pass

class PebbleLayer(nn.Module):
    pass
"""
PEBBLE2 = """
from ..pebble.modeling_pebble import (
    PebbleAttention,
    PebbleLayer,
    PebbleNorm,
)

class Pebble2PreTrainedModel(PreTrainedModel):
    pass

class Pebble2Norm(PebbleNorm):
    pass

class Pebble2Attention(PebbleAttention):
    pass

class Pebble2Layer(PebbleLayer):
    pass
"""
STRANGER = """
class StrangerPreTrainedModel(PreTrainedModel):
    pass

# Copied from transformers.models.pebble.modeling_pebble.PebbleNorm with Pebble->Stranger
class StrangerNorm(nn.Module):
    pass

class StrangerLayer(nn.Module):
    pass
"""
CONFIGURATION = """
class Pebble2Config:
    sub_configs = {
        "eye_config": SubConfigSpec(
            config_class=AutoConfig, model_type="stranger"
        ),
    }
"""
CODE = {
    f"{MODELS}/auto/modeling_auto.py": AUTO,
    f"{MODELS}/auto/auto_mappings.py": MAPPINGS,
    f"{MODELS}/auto/tokenization_auto.py": 'NAMES = OrderedDict([("pebble2", "PebbleTokenizer")])\n',
    f"{MODELS}/auto/feature_extraction_auto.py": "NAMES = OrderedDict([])\n",
    f"{MODELS}/auto/image_processing_auto.py": "NAMES = OrderedDict([])\n",
    f"{MODELS}/pebble/modeling_pebble.py": PEBBLE,
    f"{MODELS}/pebble2/modular_pebble2.py": PEBBLE2,
    f"{MODELS}/pebble2/configuration_pebble2.py": CONFIGURATION,
    f"{MODELS}/stranger/modeling_stranger.py": STRANGER,
}
LIST = (
    "Name: transformers\n"
    "1. **[Pebble](https://huggingface.co/docs/transformers/model_doc/pebble)** (from Nowhere) released with the paper "
    "[Pebble: Round Networks](https://arxiv.org/abs/2101.00001) by A. Nobody.\n"
)
NAMED = f"""{" "}
MODEL_NAMES_MAPPING = OrderedDict(
    [
        ("pebble2", "Pebble-2"),
    ]
)
"""


def wheel(folder: Path, version: str, files: dict[str, str], use: str = "code") -> Wheel:
    """A wheel of the invented library on disk, built on the second of May 2021."""
    path = folder / f"transformers-{version}-py3-none-any.whl"
    metadata = f"transformers-{version}.dist-info"
    record = "".join(f"{name},sha256=x,1\n" for name in sorted(files))
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, f"{metadata}/METADATA": LIST, f"{metadata}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(name, (2021, 5, 2, 0, 0, 0)), text)
    return Wheel(Pin("transformers", version, use=use), path)


def library(folder: Path) -> list[Package]:
    """The packages in the order in which the source pins them: the code, the list of papers, a release with names."""
    names = {f"{MODELS}/auto/configuration_auto.py": NAMED}
    return [
        wheel(folder, "9.0.0", CODE),
        wheel(folder, "4.40.2", CODE, "list of papers"),
        wheel(folder, "4.57.0", {**CODE, **names}, "release"),
    ]
