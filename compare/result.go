package compare

// Verdict is the outcome of one comparison.
type Verdict string

// The verdicts. Only the first two say that the tables agree.
const (
	// Identical: every row and column agrees exactly.
	Identical Verdict = "IDENTICAL"
	// WithinTolerance: what differs lies within the tolerances asked for, or is
	// equal once normalised as asked for.
	WithinTolerance Verdict = "WITHIN_TOLERANCE"
	// Different: at least one difference is proven.
	Different Verdict = "DIFFERENT"
	// NotComparable: no difference was found, but not everything was looked at.
	NotComparable Verdict = "NOT_COMPARABLE"
)

// Equal tells whether the verdict lets a caller rely on the tables agreeing.
func (v Verdict) Equal() bool { return v == Identical || v == WithinTolerance }

// Result is what one comparison found. It marshals to JSON as it stands; every
// number in it is finite.
type Result struct {
	Verdict Verdict `json:"verdict"`
	// Reasons say why the verdict is not Identical, the most telling first.
	Reasons []string `json:"reasons,omitempty"`
	// Notes say what is worth knowing and did not change the verdict.
	Notes []string `json:"notes,omitempty"`
	Left  Side     `json:"left"`
	Right Side     `json:"right"`
	// Keys are the key columns. Empty: whole rows were compared.
	Keys []string `json:"keys,omitempty"`
	// Between is the range of rows that was compared; nil: all.
	Between *Between `json:"between,omitempty"`
	// Read tells whether rows were compared. False where metadata sufficed or a
	// reason forbade it; then the counts below are zero.
	Read bool `json:"read"`
	Rows Rows `json:"rows"`
	// Schema is what differs between the schemas, ignored columns left out.
	Schema SchemaDiff `json:"schema"`
	// Columns are the columns compared between paired rows, in the left's order.
	Columns []Column `json:"columns,omitempty"`
	// NotCompared are columns of both sides that were not looked at.
	NotCompared []NotCompared `json:"not_compared,omitempty"`
	// Ignored are columns left out because the caller said so.
	Ignored []string `json:"ignored,omitempty"`
	// Renamed are columns with another name on the right. All else in the result
	// calls them by the left one.
	Renamed []Renamed `json:"renamed,omitempty"`
	// Expected is how the differences met Options.Expect; nil without it.
	Expected *Expected `json:"expected,omitempty"`
	// Noise sets apart what two runs of one version differ in; nil without
	// Options.Again, or where nothing differs.
	Noise *Noise `json:"noise,omitempty"`
	// Diffs is the table of differing rows, if there is one.
	Diffs *StoredDiffs `json:"diffs,omitempty"`
	// Explanation says where the differing rows are; nil where none were found, or it
	// was not asked. See [Options.Explain].
	Explanation *Explanation `json:"explanation,omitempty"`
	// Samples are the first rows of each kind by key.
	Samples []Sample `json:"samples,omitempty"`
	Job     Job      `json:"job"`
}

// Side is one of the two tables.
type Side struct {
	// Table is project.dataset.table.
	Table string `json:"table"`
	// Type is TABLE, VIEW, SNAPSHOT and so on, as BigQuery names it.
	Type string `json:"type,omitempty"`
	// Version is the table's version before the statement ran.
	Version *Version `json:"version,omitempty"`
	// Rows is how many rows the statement saw.
	Rows int64 `json:"rows"`
	// NullKeyRows is how many of them have NULL in a key column.
	NullKeyRows int64 `json:"null_key_rows,omitempty"`
	// RepeatedKeys is how many keys occur more than once, RepeatedRows how many
	// rows have such a key.
	RepeatedKeys int64 `json:"repeated_keys,omitempty"`
	RepeatedRows int64 `json:"repeated_rows,omitempty"`
}

// Rows counts rows by what became of them. For each side: equal + tolerated +
// changed + only on that side + unpaired on that side = all rows.
type Rows struct {
	// Equal rows have an exactly equal row on the other side.
	Equal int64 `json:"equal"`
	// Tolerated pairs differ within tolerance or only until normalised, Changed
	// pairs beyond that.
	Tolerated int64 `json:"tolerated"`
	Changed   int64 `json:"changed"`
	// OnlyLeft and OnlyRight rows have a key that the other side has not.
	OnlyLeft  int64 `json:"only_left"`
	OnlyRight int64 `json:"only_right"`
	// Unpaired rows have a key of both sides, repeated so that they cannot be
	// put one to one.
	UnpairedLeft  int64 `json:"unpaired_left"`
	UnpairedRight int64 `json:"unpaired_right"`
}

// Column counts differences of one column between paired rows. Deltas are
// |left - right| over the pairs that differ and can be measured: neither side
// NULL, NaN, infinite or close to overflow.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Tolerance is what was applied; nil means exact.
	Tolerance *Tolerance `json:"tolerance,omitempty"`
	// Normalised is how the values were made alike where they differ, in order;
	// see [Normalisation].
	Normalised []Normalisation `json:"normalised,omitempty"`
	// Inside has the same for the fields of a STRUCT or of an ARRAY's elements.
	Inside []Inside `json:"inside,omitempty"`
	// Differing is how many pairs differ as they are, Tolerated how many of these
	// lie within the tolerance or are equal once normalised, NullMismatches how
	// many have NULL on one side only.
	Differing      int64 `json:"differing"`
	Tolerated      int64 `json:"tolerated"`
	NullMismatches int64 `json:"null_mismatches"`
	// Delta is nil where nothing was measured.
	Delta *Delta `json:"delta,omitempty"`
}

// Inside is what was let pass at one field inside a column.
type Inside struct {
	// Field is its path, such as column.field, fields in lower case.
	Field      string          `json:"field"`
	Tolerance  *Tolerance      `json:"tolerance,omitempty"`
	Normalised []Normalisation `json:"normalised,omitempty"`
}

// Delta sums up how far the differing values of a column lie apart.
type Delta struct {
	// Measured is how many pairs the numbers stand for.
	Measured int64 `json:"measured"`
	// MaxAbsolute and MeanAbsolute are in the unit of the column, microseconds
	// for TIMESTAMP and DATETIME.
	MaxAbsolute  float64 `json:"max_absolute"`
	MeanAbsolute float64 `json:"mean_absolute"`
	// MaxBeyond is MaxAbsolute without what is tolerated: zero where all is.
	MaxBeyond float64 `json:"max_beyond"`
	// P50Absolute and P99Absolute are what half and 99 % of the pairs stay within,
	// as the engine approximates quantiles.
	P50Absolute float64 `json:"p50_absolute"`
	P99Absolute float64 `json:"p99_absolute"`
	// The same as shares of the larger magnitude; zero for TIMESTAMP and DATETIME.
	MaxRelative  float64 `json:"max_relative"`
	MeanRelative float64 `json:"mean_relative"`
	P50Relative  float64 `json:"p50_relative"`
	P99Relative  float64 `json:"p99_relative"`
}

// SampleKind says what became of a sample row.
type SampleKind string

// The kinds of samples; [Rows] explains them.
const (
	Changed   SampleKind = "changed"
	Tolerated SampleKind = "tolerated"
	OnlyLeft  SampleKind = "only_left"
	OnlyRight SampleKind = "only_right"
	Unpaired  SampleKind = "unpaired"
)

// Sample is one key that does not match exactly.
type Sample struct {
	Kind SampleKind `json:"kind"`
	// Key has one value for each column of Result.Keys, or for each column of
	// the whole row where there are no keys.
	Key []Value `json:"key"`
	// LeftRows and RightRows are how many rows have this key, LeftRest and
	// RightRest how many of them found no equal row.
	LeftRows  int64 `json:"left_rows"`
	RightRows int64 `json:"right_rows"`
	LeftRest  int64 `json:"left_rest"`
	RightRest int64 `json:"right_rest"`
	// Expected: the key was expected to differ. Noisy: it differs between two runs
	// of one version as well, see [Noise].
	Expected bool `json:"expected,omitempty"`
	Noisy    bool `json:"noisy,omitempty"`
	// Differs has the columns that differ, for changed and tolerated pairs.
	Differs []CellDiff `json:"differs,omitempty"`
}

// Value is a column and its value as text; nil is NULL.
type Value struct {
	Column string  `json:"column"`
	Value  *string `json:"value"`
}

// CellDiff is a column whose values differ in a pair; nil is NULL.
type CellDiff struct {
	Column string  `json:"column"`
	Left   *string `json:"left"`
	Right  *string `json:"right"`
}

// Job is what the comparison cost.
type Job struct {
	// ID and Location name the BigQuery job; empty where none ran.
	ID       string `json:"id,omitempty"`
	Location string `json:"location,omitempty"`
	// BytesEstimated is what the service expected to read, BytesBilled what was
	// paid for, in bytes; both of all statements that ran.
	BytesEstimated int64 `json:"bytes_estimated"`
	BytesBilled    int64 `json:"bytes_billed"`
	SlotMillis     int64 `json:"slot_millis"`
	// Statement is the SQL that the verdict rests on.
	Statement string `json:"statement,omitempty"`
}

// plus adds what another job cost.
func (j Job) plus(other Job) Job {
	j.BytesEstimated += other.BytesEstimated
	j.BytesBilled += other.BytesBilled
	j.SlotMillis += other.SlotMillis
	return j
}
