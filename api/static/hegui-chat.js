/**
 * <hegui-chat>: the assistant as a web component, with the script check (审稿) in its second tab. No dependencies, no build;
 * the parts stand in chat/, those of the second tab in script/, fetched when it is opened.
 *
 *   <script type="module" src="/static/hegui-chat.js"></script>
 *   <hegui-chat mode="button" operator="live-room" guideline="live-room/price"></hegui-chat>
 *
 * Attributes: mode (button: floating button with a panel; page: fills its box), api (address of the application,
 * default: where this file came from), operator (role chosen at first), guideline (the page being read),
 * home (in page mode: where the back arrow leads). What stands inside the element is shown until it starts.
 * Custom properties: --hegui-size (type size, default 1.0625rem), --hegui-layer (z-index of the button).
 */
// All parts are named here so that a slow line fetches them at once, not one level after the other.
import "./chat/aloud.js";
import "./chat/answer.js";
import "./chat/asker.js";
import "./chat/composer.js";
import "./chat/conversation.js";
import "./chat/corrections.js";
import "./chat/dom.js";
import "./chat/limits.js";
import "./chat/links.js";
import "./chat/look.js";
import "./chat/net.js";
import "./chat/panel.js";
import "./chat/paper.js";
import "./chat/people.js";
import "./chat/script.js";
import "./chat/share.js";
import "./chat/tabs.js";
import "./chat/trouble.js";
import "./chat/verdict.js";
import { HeguiChat } from "./chat/element.js";

if (!customElements.get("hegui-chat")) customElements.define("hegui-chat", HeguiChat);
