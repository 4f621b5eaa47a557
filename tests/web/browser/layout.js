() => {
  // What sticks out of the window or of its own box, is cut off, or lies over something else.
  const found = [], wide = document.documentElement;
  if (wide.scrollWidth > wide.clientWidth) found.push(`page ${wide.scrollWidth} px wide in ${wide.clientWidth}`);
  const told = (node) => JSON.stringify((node.textContent || node.value || node.outerHTML).trim().slice(0, 50));
  const hidden = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.display === "none" || style.visibility === "hidden" || style.clipPath.startsWith("inset")) return true;
      if (e.matches(".skip:not(:focus)")) return true;
    }
    return false;
  };
  const boxed = (style) => parseFloat(style.borderLeftWidth) > 0 && style.borderLeftStyle !== "none" || style.backgroundColor !== "rgba(0, 0, 0, 0)";
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest("script, style, noscript:empty, option, title")) continue;
    if (hidden(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      let scrolls = false;
      for (let e = parent; e && e !== document.body; e = e.parentElement) {
        const style = getComputedStyle(e), out = e.getBoundingClientRect();
        if (["auto", "scroll"].includes(style.overflowY) || ["auto", "scroll"].includes(style.overflowX)) { scrolls = true; break; }
        if (style.display === "inline") continue;
        const cuts = style.overflowX !== "visible";
        if (!cuts && !boxed(style)) continue;
        const over = Math.max(out.left - box.left, box.right - out.right);
        const down = Math.max(out.top - box.top, box.bottom - out.bottom) - 0.3 * box.height;
        if (over > 1 || down > 1) found.push(`${told(node)} sticks out of ${e.tagName}.${e.className}`);
      }
      if (!scrolls) {
        if (box.left < -1 || box.right > wide.clientWidth + 1) found.push(`${told(node)} is outside the window`);
        texts.push([node, box]);
      }
    }
  }
  const controls = [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, img, svg")]
    .filter((e) => !hidden(e)).map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width && box.height && !e.closest(".talk"));
  const over = (a, b) => {
    const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const slack = 0.2 * Math.min(a.height, b.height);
    const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) - slack;
    return w > 2 && h > 2;
  };
  texts.forEach(([node, box], i) => {
    for (const [other, its] of texts.slice(i + 1)) if (other !== node && over(box, its)) found.push(`${told(node)} over ${told(other)}`);
    for (const [e, its] of controls) if (!e.contains(node) && over(box, its)) found.push(`${told(node)} over ${e.tagName} ${told(e)}`);
  });
  controls.forEach(([e, box], i) => {
    for (const [other, its] of controls.slice(i + 1)) if (!e.contains(other) && !other.contains(e) && over(box, its)) found.push(`${e.tagName} ${told(e)} over ${other.tagName} ${told(other)}`);
  });
  for (const e of document.querySelectorAll("button, a.button, select, textarea, p, h1, h2, label, legend, li, td, th"))
    if (!hidden(e) && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && getComputedStyle(e).overflowX !== "visible")
      found.push(`${told(e)} is cut in ${e.tagName}`);
  return [...new Set(found)];
}
