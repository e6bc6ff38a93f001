/* The search index is the largest file of the site; fetch it when the search is first used, not on every page. */
(function () {
  var send = XMLHttpRequest.prototype.send, open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url) {
    this.heguiLate = /search\/search_index\.json$/.test(String(url));
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (!this.heguiLate) return send.call(this, body);
    var request = this, sent = false;
    function go() { if (!sent) { sent = true; request.addEventListener("load", later); send.call(request, body); } }
    /* The theme drops what was typed before the index arrived, so type it again. */
    function later() { [300, 1200, 3000].forEach(function (wait) { setTimeout(again, wait); }); }
    function again() {
      var input = document.querySelector("input[name=query]"), typed = input && input.value;
      if (!typed || document.querySelector(".md-search-result__item")) return;
      [typed + " ", typed].forEach(function (value) {
        input.value = value;
        input.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
      });
    }
    document.addEventListener("focusin", function (e) { if (e.target.name === "query") go(); });
    document.addEventListener("change", function (e) { if (e.target.id === "__search") go(); });
    if (/[?&]q=/.test(location.search)) go();
  };
})();
