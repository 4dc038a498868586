"use strict";
(function () {
  const data = JSON.parse(document.getElementById("live-data").textContent);
  const box = document.getElementById("live-map");
  const levels = document.getElementById("live-level");
  const slider = document.getElementById("live-slider");
  const yearText = document.getElementById("live-year");

  function level() { return levels.querySelector(":checked").value; }

  // The language the reader chose. Names are data and are only ever set as text, never as markup.
  function words(name) {
    const [zh, en] = data.labels[name];
    if (document.getElementById("choose-two").checked) return zh + " " + en;
    return document.getElementById("choose-en").checked ? en : zh;
  }

  function bounds() {
    let box = [180, 90, -180, -90];
    const walk = function (c) {
      if (typeof c[0] === "number") {
        box = [Math.min(box[0], c[0]), Math.min(box[1], c[1]), Math.max(box[2], c[0]), Math.max(box[3], c[1])];
      } else { c.forEach(walk); }
    };
    data.zones.features.forEach(function (f) { if (f.geometry.coordinates) walk(f.geometry.coordinates); });
    return [[box[0], box[1]], [box[2], box[3]]];
  }

  function schools() {
    return {
      type: "FeatureCollection",
      features: data.schools[level()][slider.value].map(function (row) {
        return {
          type: "Feature",
          geometry: { type: "Point", coordinates: data.at[row[0]] },
          properties: { name: data.siteName[row[0]], pupils: row[1], classes: row[2], rooms: row[3], colour: data.uses[row[4]] },
        };
      }),
    };
  }

  let map;
  try {
    map = new maplibregl.Map({
      container: box, attributionControl: false, dragRotate: false, bounds: bounds(), fitBoundsOptions: { padding: 20 },
      style: {
        version: 8,
        sources: {
          zones: { type: "geojson", data: data.zones },
          towns: { type: "geojson", data: data.towns },
          roads: { type: "geojson", data: data.roads },
          schools: { type: "geojson", data: schools() },
        },
        layers: [
          { id: "ground", type: "background", paint: { "background-color": "#fbfbf9" } },
          { id: "zones", type: "fill", source: "zones", paint: { "fill-color": ["coalesce", ["feature-state", "tint"], "#eeeeee"] } },
          { id: "borders", type: "line", source: "zones", paint: { "line-color": "#9aa0a6", "line-width": 0.4 } },
          { id: "roads", type: "line", source: "roads", paint: { "line-color": "#a07c45", "line-width": 1.4 } },
          { id: "towns", type: "line", source: "towns", paint: { "line-color": "#6b6b6b", "line-width": 1.3, "line-dasharray": [4, 2] } },
          {
            id: "schools", type: "circle", source: "schools",
            paint: {
              "circle-color": ["get", "colour"], "circle-stroke-color": "#1a1a1a", "circle-stroke-width": 1,
              "circle-radius": ["+", 3, ["*", 1.4, ["sqrt", ["get", "classes"]]]],
            },
          },
        ],
      },
    });
  } catch (error) {
    box.textContent = words("no_webgl");
    return;
  }
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.addControl(new maplibregl.ScaleControl());

  function draw() {
    yearText.textContent = data.years[slider.value];
    data.catchment[level()][slider.value].forEach(function (site, zone) {
      map.setFeatureState({ source: "zones", id: zone }, { tint: site < 0 ? "#eeeeee" : data.tints[data.siteTint[site]] });
    });
    map.getSource("schools").setData(schools());
  }

  function popup(at, lines) {
    const note = document.createElement("div");
    lines.forEach(function (line, index) {
      const row = document.createElement(index ? "div" : "strong");
      row.textContent = line;
      note.appendChild(row);
    });
    new maplibregl.Popup({ closeButton: false }).setLngLat(at).setDOMContent(note).addTo(map);
  }

  map.on("load", function () {
    draw();
    levels.addEventListener("change", draw);
    slider.addEventListener("input", draw);
    map.on("click", function (event) {
      const school = map.queryRenderedFeatures(event.point, { layers: ["schools"] })[0];
      if (school) {
        const p = school.properties;
        popup(event.lngLat, [p.name, words("pupils") + ": " + p.pupils, words("classes") + ": " + p.classes, words("rooms") + ": " + p.rooms]);
        return;
      }
      const zone = map.queryRenderedFeatures(event.point, { layers: ["zones"] })[0];
      if (zone) {
        const site = data.catchment[level()][slider.value][zone.id];
        popup(event.lngLat, [words("zone") + ": " + zone.properties.name, words("goes_to") + ": " + (site < 0 ? "–" : data.siteName[site])]);
      }
    });
  });
  yearText.textContent = data.years[slider.value];
})();
