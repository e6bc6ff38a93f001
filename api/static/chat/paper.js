/** Printing a part of the widget: on a sheet of its own, without the page below. */
import { h } from "./dom.js";
import { dress } from "./look.js";

/** @param root where the sheet hangs, unseen, until it is printed; @param nodes what is copied onto it; @param sheets how it looks. */
export async function printSheet(root, title, nodes, sheets) {
  const frame = h("iframe", { class: "sheet", title: "打印用", tabindex: "-1", srcdoc: "<!doctype html><html lang='zh-CN'>" });
  await new Promise((resolve) => { frame.onload = resolve; root.append(frame); });
  const paper = frame.contentDocument;
  paper.title = title;
  paper.body.className = "paper";
  paper.body.append(...nodes.map((node) => paper.importNode(node, true)));
  await dress(paper, sheets, frame.contentWindow);
  frame.contentWindow.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow.focus();
  frame.contentWindow.print();
}
