/** Draws /openapi.json as a page, without anything from elsewhere. Text nodes only. */
function h(tag, props, ...children) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children.flat().filter((c) => c !== null && c !== undefined));
  return element;
}

const names = { string: "文字", integer: "整数", number: "数字", boolean: "true/false", array: "列表", object: "对象", null: "空" };

/** Resolve a reference into the components. */
const deref = (spec, schema) => (schema?.$ref ? spec.components.schemas[schema.$ref.split("/").pop()] : schema);

function typeName(spec, schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.filter((s) => s.type !== "null").map((s) => typeName(spec, s)).join(" 或 ");
  if (schema.type === "array") return `${typeName(spec, schema.items) || "任意"} 的列表`;
  if (schema.enum) return schema.enum.join(" | ");
  return (names[schema.type] || schema.type || "任意") + (schema.format ? `（${schema.format}）` : "");
}

function table(rows) {
  const head = h("tr", {}, ["名称", "类型", "说明"].map((t) => h("th", { scope: "col" }, t)));
  const body = rows.map(([name, type, text, required]) => h("tr", {}, h("td", {}, h("code", {}, name), required ? " *" : ""), h("td", {}, type), h("td", {}, text || "")));
  return h("div", { className: "table" }, h("table", {}, h("thead", {}, head), h("tbody", {}, body)));
}

function fields(spec, schema) {
  const object = deref(spec, schema);
  return Object.entries(object?.properties || {}).map(([name, s]) => [name, typeName(spec, s), s.description, object.required?.includes(name)]);
}

/** A sample value of a schema, for the request example. */
function sample(spec, schema) {
  const s = deref(spec, schema);
  if (!s) return null;
  if (s.examples?.length) return s.examples[0];
  if (s.type === "object") return Object.fromEntries((s.required || []).map((k) => [k, sample(spec, s.properties[k])]));
  if (s.type === "array") return [sample(spec, s.items)];
  if (s.enum) return s.enum.at(-1);
  return { string: "…", boolean: true, integer: 1, number: 1 }[s.type] ?? null;
}

function operation(spec, path, method, op) {
  const body = op.requestBody?.content["application/json"]?.schema;
  const answer = op.responses?.["200"] || op.responses?.["201"];
  const result = answer?.content?.["application/json"]?.schema;
  const parameters = (op.parameters || []).map((p) => [p.name, typeName(spec, p.schema), p.description || p.schema?.description, p.required]);
  const url = `${new URL(".", location).href.slice(0, -1)}${path}`; // it may stand below a path
  const curl = body
    ? `curl ${url} \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(sample(spec, body))}'`
    : method === "get" ? `curl '${url}'` : "";
  return h("details", { className: "op" },
    h("summary", {}, h("b", {}, method.toUpperCase()), h("code", {}, path), h("span", {}, op.summary || "")),
    h("div", {},
      h("p", {}, op.description || ""),
      parameters.length ? [h("h3", {}, "参数"), table(parameters)] : null,
      body ? [h("h3", {}, "请求正文"), table(fields(spec, body))] : null,
      curl ? [h("h3", {}, "例"), h("pre", { tabIndex: 0 }, curl)] : null,
      fields(spec, result).length ? [h("h3", {}, "返回"), table(fields(spec, result))] : null));
}

const main = document.getElementById("docs");
try {
  const spec = await (await fetch("openapi.json")).json();
  const groups = new Map();
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const [method, op] of Object.entries(methods)) {
      const tag = op.tags?.[0] || "其他";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(spec, path, method, op));
    }
  }
  for (const [tag, items] of groups) main.append(h("h2", {}, tag), ...items);
  main.append(h("h2", {}, "数据结构"), ...Object.entries(spec.components.schemas).map(([name, schema]) =>
    h("details", { className: "op", id: name }, h("summary", {}, h("code", {}, name), h("span", {}, (schema.description || "").split("\n")[0])), h("div", {}, table(fields(spec, schema))))));
} catch {
  main.append(h("p", {}, "读不到 /openapi.json，请刷新后再试。"));
}
