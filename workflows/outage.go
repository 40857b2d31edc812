package workflows

import (
	"fmt"

	"cloud.google.com/go/civil"
)

// The two histories of [OutageRecovery], in the place of modes.
const (
	Recovered = "recovered"
	Backfill  = "backfill"
)

// Outage says which days a pipeline missed, and how it made up for them.
type Outage struct {
	// Start and End are the days of the outage, half-open [Start, End), YYYY-MM-DD.
	Start string `json:"start"`
	End   string `json:"end"`
	// BufferDays is how many days before the outage the recovery reads again.
	BufferDays int `json:"buffer_days"`
	// Synthetic says that before the recovery the days of the outage are missing from the source, and that one run spans them. Without
	// it the source has them, and no run before the recovery reads them.
	Synthetic bool `json:"synthetic,omitempty"`
}

// withDefaults takes the descriptor's days where none are given, and refuses days in the wrong order.
func (o Outage) withDefaults(d *Descriptor) (*Outage, error) {
	given := o
	for _, x := range []struct {
		text *string
		date civil.Date
	}{{&o.Start, d.Defaults.OutageStart}, {&o.End, d.Defaults.OutageEnd}} {
		if *x.text == "" && x.date.IsValid() {
			*x.text = x.date.String()
		}
	}
	days, err := o.days()
	if err != nil {
		return nil, err
	}
	return &o, days.ordered("outage-", given.Start, given.End)
}

// days are those of the outage.
func (o Outage) days() (out Range, err error) {
	for _, d := range []struct {
		name, text string
		date       *civil.Date
	}{{"outage-start", o.Start, &out.Start}, {"outage-end", o.End, &out.End}} {
		if d.text == "" {
			return out, fmt.Errorf("%s is missing, and the descriptor has no default; give --%s=2024-01-31", d.name, d.name)
		}
		if *d.date, err = parseDay(d.name, d.text); err != nil {
			return out, err
		}
	}
	return out, nil
}

// histories lays out the recovered history and the single backfill it must equal. With [S, E) the outage in the whole [start, end): the
// first is [start, S), then [E, end), then the recovery [S-buffer, end). A synthetic outage has [S-1, end) for the second, and the first
// two read a source without the days of the outage.
func (o Outage) histories(whole Range) ([]modePhases, error) {
	out, err := o.days()
	if err != nil {
		return nil, err
	}
	if !whole.Start.Before(out.Start) || !out.End.Before(whole.End) {
		return nil, fmt.Errorf("the outage %s does not lie inside %s with a day before and a day after it; choose other days, or a longer range", out, whole)
	}
	if days := out.Start.DaysSince(whole.Start); o.BufferDays < 0 || o.BufferDays > days {
		return nil, fmt.Errorf("recovery-buffer-days is %d; want 0 to %d, the days from start %s to the outage", o.BufferDays, days, whole.Start)
	}
	before, after := Phase{Range: Range{whole.Start, out.Start}}, Phase{Range: Range{out.End, whole.End}}
	if o.Synthetic {
		before.Mutated = true
		after = Phase{Range: Range{out.Start.AddDays(-1), whole.End}, Mutated: true}
	}
	recovery := Phase{Range: Range{out.Start.AddDays(-o.BufferDays), whole.End}}
	return []modePhases{{Recovered, []Phase{before, after, recovery}}, {Backfill, plain(whole)}}, nil
}

// hidden is the source without the days of the outage, and the names of other sources with a time, which keep them.
func hidden(d *Descriptor, out Range) (mutation *TailMutation, others []string) {
	for _, s := range d.Sources {
		if s.TimeColumn == "" {
			continue
		}
		if mutation != nil {
			others = append(others, s.Name)
			continue
		}
		mutation = &TailMutation{Source: s.Name, Where: "NOT " + s.Within(out), Description: fmt.Sprintf("the days %s are missing", out)}
	}
	return mutation, others
}

// OutageRecovery plans the question "does a history with an outage and its recovery end in the same tables as one backfill?". The error
// is about the arguments.
func OutageRecovery(r *Request, repository string) (*Plan, error) {
	o := r.Outage
	days, err := o.days()
	if err != nil {
		return nil, err
	}
	b := r.newPlan("outage-recovery", repository)
	var mutation *TailMutation
	var others []string
	if !o.Synthetic {
		b.Missed = &days
	} else {
		mutation, others = hidden(r.Pipeline, days)
	}
	b.withModes(r.modes, mutation)
	if o.BufferDays > 0 {
		buffer := "the day"
		if o.BufferDays > 1 {
			buffer = fmt.Sprintf("the %d days", o.BufferDays)
		}
		b.Warnings = append(b.Warnings, fmt.Sprintf("a recovery that reads %s before the outage again repairs what went wrong at its edge, and so can hide a bug; --recovery-buffer-days=0 shows it", buffer))
	}
	for _, name := range others {
		b.Warnings = append(b.Warnings, fmt.Sprintf("source %s keeps the days of the outage: a synthetic outage hides those of %s alone", name, mutation.Source))
	}
	b.runs(r.Bindings[0], r.modes)
	for _, output := range r.Pipeline.Outputs {
		b.compare(Compare{Output: output.Name}, side{mode: Recovered}, side{mode: Backfill})
	}
	return b.done(), nil
}
