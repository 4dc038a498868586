"""A run's `plan.gpkg` opened by QGIS itself, each layer with the style that the file holds for it.

`QT_QPA_PLATFORM=offscreen /usr/bin/python3 benchmarks/qgis_styles.py RUN_DIR --png MAP.png`, with
the system's Python, for QGIS comes with that one (Debian: `apt-get install python3-qgis`, and a
font with Chinese characters, such as fonts-wqy-microhei). It needs nothing else of this repository.

Prints a JSON line for QGIS, then one a layer: ``style`` is whether QGIS took the file's style for
it, ``drawn`` how many features each entry of the legend draws, ``left`` how many it draws none of
by year or level, ``labels`` how many the picture has, with two of them, and ``faults`` what is
wrong: an invalid layer or feature, a style not taken, an expression that cannot be read or names a
column the layer has not, a value of a category that no entry of the legend has. The status is 1 if
there is any fault. Writes all layers together as one picture, bottom to top as in the file.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsExpression,
    QgsExpressionContextUtils,
    QgsMapRendererCustomPainterJob,
    QgsMapSettings,
    QgsProviderRegistry,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

WIDTH, HEIGHT, DPI = 2400, 1800, 150
STYLES = "layer_styles"


def main() -> None:
    """Open, check and draw the layers of a run."""
    parser = argparse.ArgumentParser(description="Open the GeoPackage of a run in QGIS.")
    parser.add_argument("run", type=Path, metavar="RUN_DIR")
    parser.add_argument("--png", type=Path, required=True)
    told = parser.parse_args()
    application = QgsApplication([], False)
    application.initQgis()
    _print({"qgis": Qgis.QGIS_VERSION})
    faulty = answer(told.run / "plan.gpkg", told.png)
    # Nothing of QGIS may outlive it: it would be a crash.
    gc.collect()
    application.exitQgis()
    sys.exit(int(faulty))


def answer(path: Path, picture: Path) -> bool:
    """Print a line a layer and draw them; return whether any has a fault."""
    layers = open_layers(path)
    labels = draw(layers, picture)
    faulty = False
    for layer in layers:
        said = judge(layer)
        written = labels[layer.id()]
        said["labels"] = [len(written), *written[:2]]
        if layer.labelsEnabled() and layer.featureCount() and not written:
            said["faults"].append("no label drawn")
        faulty |= bool(said["faults"])
        _print(said)
    return faulty


def open_layers(path: Path) -> list[QgsVectorLayer]:
    """Open every layer of the file as QGIS does when it is dropped on the map."""
    listed = QgsProviderRegistry.instance().querySublayers(str(path))
    names = [one.name() for one in listed if one.name() != STYLES]
    return [QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in names]


def judge(layer: QgsVectorLayer) -> dict[str, Any]:
    """Say what QGIS makes of a layer, and what is wrong with it."""
    message, taken = layer.loadDefaultStyle()
    faults = [] if layer.isValid() else ["the layer is invalid"]
    faults += [] if taken else [f"the style is not taken: {message}"]
    faults += _bad_expressions(layer) + _bad_shapes(layer) + _bad_categories(layer)
    drawn, left = _drawn(layer)
    return {
        "layer": layer.name(),
        "crs": layer.crs().authid(),
        "style": taken,
        "renderer": layer.renderer().type(),
        "drawn": drawn,
        "left": left,
        "faults": faults,
    }


def _bad_expressions(layer: QgsVectorLayer) -> list[str]:
    """Expressions of rules, labels and symbols that cannot be read or name unknown columns."""
    columns = set(layer.fields().names())
    renderer, texts = layer.renderer(), list[str]()
    if renderer.type() == "RuleRenderer":
        texts += [rule.filterExpression() for rule in renderer.rootRule().descendants()]
    elif renderer.type() == "categorizedSymbol":
        texts.append(f'"{renderer.classAttribute()}"')
    for symbol in renderer.symbols(QgsRenderContext()):
        for part in symbol.symbolLayers():
            kept = part.dataDefinedProperties()
            texts += [kept.property(key).expressionString() for key in kept.propertyKeys()]
    if layer.labelsEnabled():
        for key in layer.labeling().subProviders():
            texts.append(layer.labeling().settings(key).fieldName)
    found = []
    for text in texts:
        if text in ("", "ELSE"):
            continue
        expression = QgsExpression(text)
        if expression.hasParserError():
            found.append(f"cannot be read: {text}: {expression.parserErrorString()}")
        unknown = expression.referencedColumns() - columns
        if unknown:
            found.append(f"no such column: {text}: {', '.join(sorted(unknown))}")
    return found


def _bad_shapes(layer: QgsVectorLayer) -> list[str]:
    bad = [one.id() for one in layer.getFeatures() if not one.geometry().isGeosValid()]
    return [f"invalid or no shape: {bad[:5]}"] if bad else []


def _bad_categories(layer: QgsVectorLayer) -> list[str]:
    """Values in the table for which a legend by categories has no entry."""
    renderer = layer.renderer()
    if not isinstance(renderer, QgsCategorizedSymbolRenderer):
        return []
    known = {one.value() for one in renderer.categories()}
    values = layer.uniqueValues(layer.fields().indexOf(renderer.classAttribute()))
    return [f"no category: {value}" for value in sorted(values - known)]


def _drawn(layer: QgsVectorLayer) -> tuple[dict[str, int], int]:
    """How many features each entry of the legend draws, and how many none does."""
    renderer, context = layer.renderer().clone(), QgsRenderContext()
    scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
    context.expressionContext().appendScopes(scopes)
    renderer.startRender(context, layer.fields())
    words = {one.ruleKey(): one.label() for one in renderer.legendSymbolItems()}
    count: Counter[str] = Counter(dict.fromkeys(words.values(), 0))
    left = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        keys = renderer.legendKeysForFeature(feature, context)
        count.update(words[key] for key in keys if key in words)
        left += not keys
    renderer.stopRender(context)
    return dict(count), left


def draw(layers: list[QgsVectorLayer], path: Path) -> dict[str, list[str]]:
    """Draw all layers as one picture; return the labels drawn, by the layer's id."""
    settings = QgsMapSettings()
    settings.setLayers(layers[::-1])
    settings.setDestinationCrs(layers[0].crs())
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setOutputDpi(DPI)
    settings.setBackgroundColor(QColor("white"))
    extent = layers[0].extent()
    extent.scale(1.04)
    settings.setExtent(extent)
    image = QImage(settings.outputSize(), QImage.Format_ARGB32_Premultiplied)
    image.setDotsPerMeterX(round(DPI / 0.0254))
    image.setDotsPerMeterY(round(DPI / 0.0254))
    image.fill(QColor("white"))
    painter = QPainter(image)
    job = QgsMapRendererCustomPainterJob(settings, painter)
    job.start()
    job.waitForFinished()
    painter.end()
    image.save(str(path))
    said: dict[str, list[str]] = {layer.id(): [] for layer in layers}
    for label in job.takeLabelingResults().allLabels():
        said[label.layerID].append(label.labelText)
    return said


def _print(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
