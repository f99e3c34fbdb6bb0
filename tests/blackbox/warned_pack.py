"""The tiny pack with one rule that opens a case."""

from collections.abc import Mapping

from tiny_pack import TINY

RULE = """\
high_debt:
  label: {zh: 负债率超红线, en: Debt above the red line}
  type: enterprise
  when: debt_ratio > red_line
  level: red
  source: Notice 1 of 2021, article 2
  message: {zh: "负债率 {debt_ratio:%}，红线 {red_line:%}", en: "Debt ratio {debt_ratio:%}, red line {red_line:%}"}
  opens: mending
  days: 30
"""
WORKFLOW = """\
mending:
  label: {zh: 预警处置, en: Mending}
  source: by hand
  states:
    open: {label: {zh: 待处置, en: Open}}
    handling: {label: {zh: 处置中, en: In hand}}
    closed: {label: {zh: 已办结, en: Closed}, final: true}
  transitions:
    accept: {label: {zh: 受理, en: Accept}, from: [open], to: handling}
    close: {label: {zh: 办结, en: Close}, from: [handling], to: closed, note: required}
"""
WARNED: Mapping[str, str] = {**TINY, "rules/debt.yaml": RULE, "workflows/mending.yaml": WORKFLOW}
