"""A small scorecard with every method and step, as files of the small pack."""

from collections.abc import Mapping

from small_pack import FILES

TYPES = """\
enterprise:
  label: {zh: 企业, en: Enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: Industry}}
    size: {kind: text, label: {zh: 规模, en: Size}}
"""
CARD = """\
yearly:
  label: {zh: 年度评价, en: Yearly}
  type: enterprise
  frequency: year
  source: 国资发评价〔2006〕157号
  document: 国资发评价〔2006〕157号
  confidence: mem
  from: 2006-10-12
  letter: true
  workflow: yearly
  published_by: publish
  standards: {book: performance, class: industry, size: size}
  bands:
    excellent: {label: {zh: 优秀, en: Excellent}, coefficient: 1.0}
    good: {label: {zh: 良好, en: Good}, coefficient: 80%}
  grades:
    A: {label: {zh: A级, en: A}, at_least: 85, share: 25%}
    B: {label: {zh: B级, en: B}, at_least: 70}
  switches:
    clamp:
      label: {zh: 限幅, en: Clamp}
      choices: {on: {zh: 是, en: yes}, off: {zh: 否, en: no}}
      otherwise: on
      source: 本包自定
      confidence: own
  uses:
    pay: {label: {zh: 绩效, en: Pay}, linear: true, source: own, rows: [{points: 0}, {at_least: 70, points: 1}]}
  adjust:
    - {times: {}, unless_coupled: true}
    - {bonus: {items: [extra], most: 5, damped_from: 90, factor: 2}}
    - {cap_grade: {grade: B}, where: {item: growth, short: true}, reason: {zh: 未达标, en: fell short}}
    - {veto: {grade: B, grounds: [accident]}}
    - {rescale: {from: 120, to: 100}}
    - {round: {digits: 1, rule: half_even}}
  items:
    profitability:
      label: {zh: 盈利, en: Profitability}
      weight: 34
      combine: modified
      bounds: {least: 0.7, most: 1.3, setting: {clamp: on}}
      adjust:
        - {cap: {}, setting: {clamp: on}, reason: {zh: 不超, en: capped}}
        - {floor: {at: 0}, when: net_profit > 0}
        - {couple: {others_than: [margin]}}
      items:
        assets:
          label: {zh: 资产, en: Assets}
          weight: 34
          role: basic
          unit: "%"
          value: roa
          method:
            efficacy:
              standard: roa
              absent: left_out
              special: [{when: total_assets <= 0, amount: 0, reason: {zh: 负, en: negative}}]
        margin:
          label: {zh: 利润率, en: Margin}
          weight: 34
          role: modifying
          unit: "%"
          direction: up
          value: net_profit / total_assets
          method: {modification: {standard: margin}}
    growth:
      label: {zh: 利润, en: Profit}
      weight: 20
      unit: 万元
      value: net_profit
      channels: [assessed, audited, confirmed, system]
      owner: {zh: 财务处, en: Finance}
      method:
        steps:
          above: {points: 1, per: 3, most: 4}
          below: {points: 1, per: 3}
          base: prior(net_profit)
          tiers: [{at_least: 90%, most: 4}]
          losses: {part: 50%, most: 2}
          whole_if: {clamp: on}
    jobs:
      label: {zh: 任务, en: Tasks}
      many: true
      method: {pro_rata: {least: 0, most: 120%}}
    rate:
      label: {zh: 完成, en: Attained}
      value: roa
      applies: industry = "power"
      missing: left_out
      adjust: [{times: {formula: 2}}, {times: {by: 1.5}}]
      method: {table: {of: attainment, target: red_line, rows: [{points: 0}, {at_least: 80%, beyond: true, points: 4}]}}
    place:
      label: {zh: 对标, en: Standing}
      value: roa
      method: {standing: {standard: roa, points: {excellent: 5}}}
    talk:
      label: {zh: 评议, en: Rating}
      weight: 10
      method: {rating: {by: experts, raters: 5, grades: {good: {label: {zh: 好, en: Good}, share: 0.8}}}}
    minus:
      label: {zh: 扣分, en: Deductions}
      method:
        awards:
          minus: true
          most: 5
          kinds: {accident: {label: {zh: 事故, en: Accident}, least: 0.5, most: 3, source: own, confidence: own}}
    extra:
      label: {zh: 加分, en: Extra}
      role: bonus
      channels: [confirmed]
      method: {points: {}}
    before:
      label: {zh: 上年, en: Before}
      method: {past: {scorecard: yearly, item: growth, years: 2, relation: change}}
"""
FLOW = """\
yearly:
  label: {zh: 考核, en: Assessment}
  type: enterprise
  source: own
  states:
    open: {label: {zh: 开始, en: Open}}
    done: {label: {zh: 结束, en: Done}, final: true}
  transitions:
    publish: {label: {zh: 公布, en: Publish}, from: [open], to: done}
"""
CARDS: Mapping[str, str] = {
    **FILES, "types.yaml": TYPES, "workflows/yearly.yaml": FLOW, "scorecards/yearly.yaml": CARD,
}  # fmt: skip
