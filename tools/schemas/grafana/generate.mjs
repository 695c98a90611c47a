// node generate.mjs FOLDER: one file for the dashboard itself, one for each type of panel with the
// definitions Options (its `options`) and FieldConfig (its `fieldConfig.defaults.custom`).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createGenerator } from "ts-json-schema-generator";

const RAW = "node_modules/@grafana/schema/dist/types/raw";

// The type of a panel as dashboards name it, and its folder in @grafana/schema.
const PANELS = {
  barchart: "barchart",
  bargauge: "bargauge",
  gauge: "gauge",
  heatmap: "heatmap",
  histogram: "histogram",
  logs: "logs",
  piechart: "piechart",
  stat: "stat",
  "state-timeline": "statetimeline",
  "status-history": "statushistory",
  table: "table",
  text: "text",
  timeseries: "timeseries",
};

const folder = process.argv[2];
write("dashboard", definitions(`${RAW}/dashboard/x/types.gen.d.ts`));
for (const [type, name] of Object.entries(PANELS)) {
  const all = definitions(`${RAW}/composable/${name}/panelcfg/x/types.gen.d.ts`);
  // The panel's plugin fills in what is not given, so nothing below options or custom is required.
  write(type, withoutKeys(all, ["required"]));
}

function definitions(path) {
  const generator = createGenerator({ path, type: "*", skipTypeCheck: true, additionalProperties: false });
  return withoutKeys(generator.createSchema("*").definitions, ["description", "default", "deprecated"]);
}

function withoutKeys(value, keys, isSchema = false) {
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, keys, true));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => !(isSchema && keys.includes(key)));
  // Below `properties` and `definitions` keys are names, everywhere else they are keywords.
  return Object.fromEntries(
    kept.map(([key, item]) => [key, withoutKeys(item, keys, !isSchema || key !== "properties")]),
  );
}

function write(name, content) {
  const schema = { $schema: "http://json-schema.org/draft-07/schema#", definitions: content };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(schema, null, 1) + "\n");
}
