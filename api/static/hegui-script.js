/**
 * <hegui-script>: 审稿 as an element of the page: paste or open a script, read what is wrong with it, take better wordings.
 *
 *   <script type="module" src="/static/hegui-script.js"></script>
 *   <hegui-script></hegui-script>
 *
 * Attributes: api (address of the application, default: where this file came from). What is pasted stays in the page and
 * goes to the application to be checked, which keeps nothing. What stands inside the element is shown until it starts.
 * Custom property: --hegui-size (type size, default 1.0625rem).
 */
import { HeguiScript } from "./script/element.js";

if (!customElements.get("hegui-script")) customElements.define("hegui-script", HeguiScript);
