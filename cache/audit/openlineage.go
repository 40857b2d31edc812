package audit

import "github.com/GlobalFishingWatch/dit/compare"

// The parts of OpenLineage's specification 2-0-2 that dit writes. There is no client for Go that is kept well.

// Event is an OpenLineage RunEvent.
type Event struct {
	EventType string    `json:"eventType"`
	EventTime string    `json:"eventTime"`
	Run       RunRef    `json:"run"`
	Job       JobRef    `json:"job"`
	Inputs    []Dataset `json:"inputs"`
	Outputs   []Dataset `json:"outputs"`
	Producer  string    `json:"producer"`
	SchemaURL string    `json:"schemaURL"`
}

// The types of events: a run has one Start and one of Complete, Fail and Abort.
const (
	Start    = "START"
	Running  = "RUNNING"
	Complete = "COMPLETE"
	Fail     = "FAIL"
	Abort    = "ABORT"
)

// RunRef names the run of an event.
type RunRef struct {
	RunID  string    `json:"runId"`
	Facets RunFacets `json:"facets"`
}

// JobRef names what a run is one of.
type JobRef struct {
	Namespace string    `json:"namespace"`
	Name      string    `json:"name"`
	Facets    JobFacets `json:"facets"`
}

// Dataset is a table.
type Dataset struct {
	Namespace   string        `json:"namespace"`
	Name        string        `json:"name"`
	Facets      DatasetFacets `json:"facets"`
	InputFacets *InputFacets  `json:"inputFacets,omitempty"`
}

// Facet is what all facets have.
type Facet struct {
	Producer  string `json:"_producer"`
	SchemaURL string `json:"_schemaURL"`
}

// RunFacets are those of a run.
type RunFacets struct {
	Parent      *ParentFacet      `json:"parent,omitempty"`
	NominalTime *NominalTimeFacet `json:"nominalTime,omitempty"`
	Error       *ErrorFacet       `json:"errorMessage,omitempty"`
	Comparison  *ComparisonFacet  `json:"dit_comparison,omitempty"`
}

// ParentFacet names the call that a run belongs to.
type ParentFacet struct {
	Facet
	Run struct {
		RunID string `json:"runId"`
	} `json:"run"`
	Job struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"job"`
}

// NominalTimeFacet has the days that a run or phase is about, half-open.
type NominalTimeFacet struct {
	Facet
	Start string `json:"nominalStartTime"`
	End   string `json:"nominalEndTime"`
}

// ErrorFacet says what failed.
type ErrorFacet struct {
	Facet
	Message  string `json:"message"`
	Language string `json:"programmingLanguage"`
}

// ComparisonFacet is dit's own: what a comparison of two tables found, column by column. Its members but for the tables are those
// of [compare.Result].
type ComparisonFacet struct {
	Facet
	Verdict     string                `json:"verdict"`
	Reasons     []string              `json:"reasons,omitempty"`
	Left        string                `json:"left_table"`
	Right       string                `json:"right_table"`
	Keys        []string              `json:"keys,omitempty"`
	Rows        compare.Rows          `json:"rows"`
	Columns     []compare.Column      `json:"columns,omitempty"`
	NotCompared []compare.NotCompared `json:"not_compared,omitempty"`
	Ignored     []string              `json:"ignored,omitempty"`
}

// JobFacets are those of a job.
type JobFacets struct {
	Source *SourceFacet `json:"sourceCodeLocation,omitempty"`
}

// SourceFacet says where the pipeline's code is.
type SourceFacet struct {
	Facet
	Type    string `json:"type"`
	URL     string `json:"url"`
	RepoURL string `json:"repoUrl"`
	Version string `json:"version"`
}

// DatasetFacets are those of a table.
type DatasetFacets struct {
	Version *VersionFacet `json:"version,omitempty"`
}

// VersionFacet is a table's version.
type VersionFacet struct {
	Facet
	Version string `json:"datasetVersion"`
}

// InputFacets are those of a table that is read.
type InputFacets struct {
	Assertions *AssertionsFacet `json:"dataQualityAssertions,omitempty"`
}

// AssertionsFacet has what was asserted of a table and whether it holds.
type AssertionsFacet struct {
	Facet
	Assertions []Assertion `json:"assertions"`
}

// Assertion is of a column, or of the whole table.
type Assertion struct {
	Assertion string `json:"assertion"`
	Success   bool   `json:"success"`
	Column    string `json:"column,omitempty"`
}
