"""What axe-core finds against a page, by all its rules that are not obsolete, in words."""
from axe_playwright_python.base import AXE_SCRIPT

# knows no scrolling part that takes the focus but landmarks, and those crowd a page: ours are
# groups with names
SPARED = ["focus-order-semantics",
          "color-contrast-enhanced"]  # 7 : 1; what is promised is 4.5 : 1
RUN = """async ({ within, tags, spared }) => {
  const rules = axe.getRules(tags).filter(({ ruleId, tags }) =>
    !spared.includes(ruleId) && !tags.some(tag => /obsolete|deprecated/.test(tag)));
  const found = await axe.run({ include: [[within]] }, { preload: false,
    resultTypes: ['violations'], runOnly: rules.map(({ ruleId }) => ruleId) });
  return found.violations.flatMap(({ id, impact, nodes }) => nodes.map(
    ({ html, failureSummary }) => `${impact}: ${id}: ${html.slice(0, 200)}: ${failureSummary}`));
}"""
COLOURS = ["cat.color"]  # the rules that a theme can break


def findings(page, within="html", tags=None):
    """A list of sentences; `within` a selector, `tags` of rules, by default all."""
    page.evaluate(f"'axe' in window || (() => {{ {AXE_SCRIPT} }})()")
    return page.evaluate(RUN, {"within": within, "tags": tags, "spared": SPARED})
