"""The commented files that ``ccsim new`` writes: a world that runs, with the other options beside it."""

from __future__ import annotations

STARTER = """\
# A contact center for ccsim. Change it, then:  ccsim check FILE  and  ccsim run FILE
# Times carry their unit (90s, 5m20s, 8h), shares are percent, hours are ranges (08:00-18:00).
# Lines behind a single # are options that you can switch on.
format: 1
name: my-center
description: One queue, one team, one week.

time:
  start: 2026-03-02              # the first day, a Monday
  days: 5                        # closed days count too
  open: 08:00-18:00              # or {mon-fri: 08:00-18:00, sat: 09:00-14:00}; days not named are closed
  interval: 30m                  # the grain of every report
  # drain: 2h                    # after the last closing, finish what is there
  # zone: Europe/Berlin          # volumes in UTC are converted to this clock

# defaults:                      # for every queue and group that does not say otherwise
#   queue:
#     patience: exponential mean 5m

queues:
  support:                       # needs the skill of the same name, unless it says needs: OTHER
    arrivals:
      per_day: 620               # contacts offered on a usual day
      shape: two_peaks           # flat, two_peaks, morning, evening, {08:00-12:00: 60%, ...}, or a CSV file
      # weekdays: {mon: 120%, fri: 90%}
      # growth: +4%
      # daily_cv: 0.1            # some days are busier than others; 0 is the same every day
    # arrivals: {file: volumes.csv}             # or: volumes by interval from your planning tool
    # arrivals: {hourly: {08:00-12:00: 70, 12:00-18:00: 55}}   # or: contacts per hour
    # arrivals: {trace: calls.csv}              # or: an exact replay of recorded contacts
    patience: exponential mean 4m               # how long a customer would wait; or never
    # patience: 5% balk, else weibull mean 3m shape 1.3
    talk: lognormal mean 5m cv 0.7              # mean and standard deviation / mean
    wrap_up: exponential mean 40s               # after the talk, before the next
    service_level: 80% in 30s
    # priority: 1                # the highest is served first; {base: 1, per_minute: 0.5} grows with the wait
    # short_abandon: 5s          # who hangs up faster is counted apart
    # waiting_places: 50         # further contacts are blocked
    # closing: drain             # drain serves those who wait, clear sends them away, stop ends everything
    # hours: 09:00-17:00         # where they differ from time.open
    # prefers: [desk]            # agent groups, best first

agent_groups:
  desk:
    headcount: 11                # people on the payroll
    skills: [support]            # or speeds: {support: 0.9}; 0.8 means 25% longer talk
    shifts: {day: 100%}          # which share of them works which shift
    # roster: roster.csv         # in place of headcount and shifts: one row an agent and shift
    # shrinkage: {planned: 12%}  # where it differs from everybody's
    # prefers: [support]         # queues, best first

shifts:
  day: {hours: 08:00-18:00, days: mon-fri, breaks: [45m after 4h]}
  # late: {hours: 12:00-20:30, days: mon-sat, breaks: [15m after 2h, 30m after 4h30m unpaid]}

# shrinkage: {planned: 9%, unplanned: 6%, adherence: 96%}      # on top of breaks
# busyness: {daily_cv: 0.08}     # some days are busier than others, for all queues together

# routing:
#   agent: [preference, longest_idle]             # which free agent takes a new contact
#   contact: [preference, priority, longest_wait] # which waiting contact a freed agent takes

# events:
#   outage: {on: 2026-03-04, hours: 10:00-11:30, volume: x4}
"""


JOURNEY = """\
# A contact center with the whole journey of a customer, from bot to second line. Change it, then:
# ccsim check FILE  says back what each mechanism does,  ccsim run FILE  shows the journey of 100 issues.
# Times carry their unit (90s, 5m20s, 8h), shares are percent, hours are ranges (08:00-18:00).
format: 1
name: my-journey
description: Calls, chats and emails, a bot in front, two tiers, two weeks.

time: {start: 2026-03-02, days: 14, open: {mon-fri: 08:00-18:00}}   # the first day is a Monday

channels:                        # voice needs no declaration
  chat: {concurrency: 3, slowdown: [1.0, 1.15, 1.35]}   # pace with 1, 2, 3 chats open
  email: {deferrable: true}      # waits overnight; calls interrupt it

queues:
  support:
    arrivals: {per_day: 620, shape: two_peaks, weekdays: {mon: 120%}}
    talk: lognormal mean 5m cv 0.7
    wrap_up: exponential mean 40s
    patience: exponential mean 4m
    service_level: 80% in 30s
    after_abandon: {retry: 40%, delay: exponential mean 20m, at_most: 2}
    callback: {when_wait_over: 3m}             # who accepts keeps the place in the line
    escalation: {to: experts, share: 10%, handover: fixed 40s}
    resolution: {share: 75%, complexity: 2}    # of answered contacts; harder issues less often
    after_unresolved: {return: 80%, delay: exponential mean 1d, to: {support: 70%, support_email: 30%}}
  support_chat:
    channel: chat
    arrivals: {per_day: 180, shape: flat}
    talk: lognormal mean 8m cv 0.6             # had the agent nothing else
    service_level: 85% in 1m
    resolution: 70%
    after_unresolved: {return: 80%, delay: exponential mean 1d}
  support_email:
    channel: email
    arrivals: {per_day: 120, shape: flat, hours: 00:00-24:00}
    talk: gamma mean 6m cv 0.5
    service_level: 95% in 8h                   # of opening hours
    promise: {chaser: {share: 30%, to: support}}
  experts:                                     # no arrivals: fed by escalation
    talk: lognormal mean 11m cv 0.6
    priority: 5

bots:
  front_door:
    serves: [support, support_chat]
    talk: lognormal mean 70s cv 0.9
    containment: {support: 25%, support_chat: 40%}   # closed without a person
    complexity: 3                # what it solves is easy; what is left is harder
    walk_away: 6%
    talk_saved: 15%              # a hand-over brings the context along
    bounce_back: {share: 12%, delay: exponential mean 8h}

agent_groups:
  desk: {headcount: 8, skills: [support, support_email], shifts: {day: 100%}, cost: 22.50/h}
  chat_team: {headcount: 3, skills: [support_chat], shifts: {day: 100%}, cost: 22.50/h}
  second_line: {tier: 2, headcount: 3, skills: {experts: 1.0, support: 1.1}, shifts: {day: 100%}, cost: 31/h}
shifts: {day: {hours: 08:00-18:00, days: mon-fri, breaks: [45m after 4h]}}
routing: {overflow: [{queue: support, after: 60s, to: second_line}]}
"""


def starter_text() -> str:
    """The text of the starter file."""
    return STARTER


def journey_text() -> str:
    """The text of the starter file with channels, a bot, tiers and returns."""
    return JOURNEY
