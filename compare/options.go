package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DefaultSamples is how many sample rows of each kind a [Result] holds when
// [Options.Samples] is zero.
const DefaultSamples = 10

// Options tunes one comparison. The zero value compares whole rows exactly.
type Options struct {
	// Keys names the columns that identify a row. Empty: the whole row does.
	Keys []string
	// Rename gives the name on the right for columns that have another one there.
	// Every other option, and the result, calls them by their name on the left.
	Rename map[string]string
	// Ignore names columns that are left out; the result lists them. An entry with
	// * (any characters) or ? (one character) is a pattern, and must find some.
	Ignore []string
	// Tolerance holds for every column that has no entry in Tolerances, and for
	// the fields and elements inside: Absolute, Relative and ULPs for FLOAT64,
	// Microseconds for TIMESTAMP and DATETIME, Metres and Topological for
	// GEOGRAPHY. INT64, NUMERIC and BIGNUMERIC stay exact unless named in
	// Tolerances.
	Tolerance Tolerance
	// Tolerances replaces Tolerance for what it names: a column, a field inside as
	// column.field, or the elements of an ARRAY by the name of that. An empty
	// Tolerance makes it exact.
	Tolerances map[string]Tolerance
	// Normalise says for STRINGs and ARRAYs, other than keys, what not to mind
	// where values differ; they are named as for Tolerances. It needs keys, and
	// rows that agree only so are Tolerated.
	Normalise map[string][]Normalisation
	// Expect says which rows must differ. Nil: none may.
	Expect *Expectation
	// Again is another run of what made the left side. With it the result tells the
	// noise between two such runs from the finding.
	Again *Input
	// Propose words a setting that lets the noise pass, for those who do not call dit compare. Nil: [Proposal.String].
	Propose func(Proposal) string
	// WriteDiffs stores the rows that differ in a table. Nil: nowhere.
	WriteDiffs *Diffs
	// Between restricts both sides to a range of rows. Nil: all rows.
	Between *Between
	// AllowEmpty lets two empty tables be equal. Otherwise they are
	// NotComparable, since nothing was shown to agree.
	AllowEmpty bool
	// Samples is how many rows of each kind of difference are kept, ordered by
	// key. 0 means DefaultSamples, a negative number none.
	Samples int
	// MaxBytes is the most the statement may read and bill, in bytes. 0: no limit.
	MaxBytes int64
	// Explain says when a second statement tells where differing rows are. It reads
	// the tables once more.
	Explain Explain
	// Labels are put on the BigQuery jobs.
	Labels map[string]string
	// Bases are the tables that the views read, as far as the caller knows them.
	// They must not change while the comparison runs. Without them a dry run asks
	// the engine.
	Bases []Base
	// Location is where the jobs run. Empty: where the left table is.
	Location string
}

// Base is a table behind a view.
type Base struct {
	Table Table
	// Version, where given, is the one that was meant: at any other the tables
	// are NotComparable. It counts for a side that is this table as well.
	Version *Version
	// Fingerprint, where given with the version, is what [FingerprintOf] gave for it.
	// Sides of equal fingerprints are not read.
	Fingerprint string
}

// ArgumentError tells that the caller asked for something that cannot be done
// with these tables, such as a key they do not have. No statement was run.
type ArgumentError struct{ Message string }

func (e *ArgumentError) Error() string { return e.Message }

func argument(format string, args ...any) error {
	return &ArgumentError{Message: fmt.Sprintf(format, args...)}
}

// validate checks what can be checked without the tables.
func (o Options) validate() error {
	if err := o.Tolerance.validate("every column"); err != nil {
		return err
	}
	for name, t := range o.Tolerances {
		if err := t.validate("column " + name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Normalise)) {
		if err := validateNormalise(name, o.Normalise[name]); err != nil {
			return err
		}
	}
	if o.MaxBytes < 0 {
		return argument("max bytes %d is negative: use 0 for no limit", o.MaxBytes)
	}
	if o.Expect != nil && strings.TrimSpace(o.Expect.Where) == "" {
		return argument("the expected differences need a condition, such as \"id IN (1, 2)\"")
	}
	if o.Expect != nil && o.Expect.Keys < 0 {
		return argument("%d keys cannot be expected to differ: use 0 for any number", o.Expect.Keys)
	}
	if err := o.Explain.validate(); err != nil {
		return err
	}
	if len(o.Keys) == 0 && (!o.Tolerance.exact() || len(o.Tolerances) > 0) {
		return argument("a tolerance needs keys: without them rows are matched by being equal")
	}
	if len(o.Keys) == 0 && len(o.Normalise) > 0 {
		return argument("normalisation needs keys: without them rows are matched by being equal")
	}
	return nil
}

func (o Options) propose(p Proposal) string {
	if o.Propose != nil {
		return o.Propose(p)
	}
	return p.String()
}

func (o Options) samples() int {
	if o.Samples == 0 {
		return DefaultSamples
	}
	return max(o.Samples, 0)
}
