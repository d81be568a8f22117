/** The colour behind a custom property as it now is, for what is drawn on a canvas: `rgb(…)`. */
export function colourOf(property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  probe.style.display = 'none';
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  const [r, g, b] = color.match(/[\d.]+/g) ?? ['0', '0', '0'];
  return `rgb(${r} ${g} ${b})`;
}
