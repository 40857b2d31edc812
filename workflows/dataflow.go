package workflows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The kinds of runner: the container itself, or jobs of Dataflow.
const (
	DirectRunner   = "direct"
	DataflowRunner = "dataflow"
)

// Dataflow is where jobs run and as what, under the names that Beam's options have. What is empty is left to Beam and Dataflow.
type Dataflow struct {
	// Region is where jobs run. It is required.
	Region string `json:"region"`
	// TempLocation is gs://bucket/path, and required; StagingLocation is staging under it unless it is given.
	TempLocation    string `json:"temp_location"`
	StagingLocation string `json:"staging_location,omitempty"`
	// ServiceAccount is the e-mail address of the account that workers are.
	ServiceAccount string `json:"service_account_email,omitempty"`
	// Subnetwork is regions/REGION/subnetworks/NAME, or its URL.
	Subnetwork string `json:"subnetwork,omitempty"`
	// MachineType is that of the workers; MaxWorkers is the most of them, 0 for no limit of ours.
	MachineType string `json:"machine_type,omitempty"`
	MaxWorkers  int    `json:"max_num_workers,omitempty"`
	// JobTimeout is how long a job may take before it is cancelled, StuckAfter how long it may make no progress before that is said
	// (and, with CancelStuck, the job is cancelled): durations such as 90m or 24h; 0s for ever.
	JobTimeout  string `json:"job_timeout,omitempty"`
	StuckAfter  string `json:"stuck_after,omitempty"`
	CancelStuck bool   `json:"cancel_stuck,omitempty"`
	// WorkerImage is what the workers run.
	WorkerImage string `json:"sdk_container_image,omitempty"`
}

var (
	region      = regexp.MustCompile(`^[a-z]+-[a-z]+[0-9]{1,2}$`)
	bucketPath  = regexp.MustCompile(`^gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/\S*)?$`)
	account     = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	subnetwork  = regexp.MustCompile(`^(https://www\.googleapis\.com/compute/v1/projects/[^/]+/|projects/[^/]+/)?regions/([a-z0-9-]+)/subnetworks/[a-z0-9-]+$`)
	machineType = regexp.MustCompile(`^[a-z][a-z0-9]*-[a-z0-9-]+$`)
	image       = regexp.MustCompile(`^[a-z0-9][\w.:-]*(/[\w.-]+)+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$`)
)

// NotDetachable says why a run cannot be left running.
const NotDetachable = "--detach leaves Dataflow jobs running, which takes --runner=dataflow and a pipeline of one step that can be told not to wait for its job: beam: {no_wait: […]} in its descriptor"

var registryPath = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*(:\d+)?(/[a-z0-9][a-z0-9._-]*)+/?$`)

// CheckRegistry tells why an image cannot be pushed there, or gives nil.
func CheckRegistry(registry string) error {
	if !registryPath.MatchString(registry) {
		return fmt.Errorf("registry %q: want host/path, such as us-docker.pkg.dev/my-project/my-images", registry)
	}
	return nil
}

// checkRunner refuses a runner that this pipeline cannot be run with, and options that Dataflow would not take. It gives the options
// that count: none for the direct runner.
func checkRunner(runner string, o Dataflow, d *Descriptor) (*Dataflow, error) {
	switch {
	case runner == DirectRunner && o.WorkerImage != "":
		return nil, fmt.Errorf("worker image %s: the direct runner has no workers; give --runner=%s, or no image", o.WorkerImage, DataflowRunner)
	case runner == DirectRunner:
		return nil, nil
	case runner != DataflowRunner:
		return nil, fmt.Errorf("runner %q: want %s or %s", runner, DirectRunner, DataflowRunner)
	case !slices.ContainsFunc(d.Steps, func(c Command) bool { return c.Beam != nil }):
		return nil, fmt.Errorf("--runner=%s: no step of pipeline %s submits a Beam job; its descriptor says so of a step with beam: {}, see docs/pipelines.md", runner, d.Name)
	}
	for _, c := range []struct {
		name, value string
		required    bool
		is          *regexp.Regexp
		want        string
	}{
		{"region", o.Region, true, region, "a region of Dataflow such as us-central1, as --region or DIT_REGION in .env"},
		{"temp location", o.TempLocation, true, bucketPath, "gs://bucket/path, as --temp-location"},
		{"staging location", o.StagingLocation, false, bucketPath, "gs://bucket/path"},
		{"service account", o.ServiceAccount, false, account, "an e-mail address"},
		{"subnetwork", o.Subnetwork, false, subnetwork, "regions/REGION/subnetworks/NAME"},
		{"machine type", o.MachineType, false, machineType, "one such as n1-standard-2"},
		{"worker image", o.WorkerImage, false, image, "registry/path/name:tag or …@sha256:digest"},
	} {
		if c.value == "" && c.required {
			return nil, fmt.Errorf("--runner=%s needs a %s: %s", runner, c.name, c.want)
		}
		if c.value != "" && !c.is.MatchString(c.value) {
			return nil, fmt.Errorf("%s %q: want %s", c.name, c.value, c.want)
		}
	}
	if in := subnetwork.FindStringSubmatch(o.Subnetwork); in != nil && in[2] != o.Region {
		return nil, fmt.Errorf("subnetwork %s is in region %s, and the jobs are to run in %s", o.Subnetwork, in[2], o.Region)
	}
	if o.MaxWorkers < 0 {
		return nil, fmt.Errorf("max workers %d: want 1 or more, or 0 for no limit", o.MaxWorkers)
	}
	if _, _, err := o.Limits(); err != nil {
		return nil, err
	}
	o.TempLocation = strings.TrimSuffix(o.TempLocation, "/")
	return &o, nil
}

// Limits are the durations that JobTimeout and StuckAfter are the texts of; 0 for no limit.
func (o Dataflow) Limits() (timeout, stuck time.Duration, err error) {
	for _, d := range []struct {
		name, text string
		value      *time.Duration
	}{{"job timeout", o.JobTimeout, &timeout}, {"stuck after", o.StuckAfter, &stuck}} {
		if d.text == "" {
			continue
		}
		if *d.value, err = time.ParseDuration(d.text); err != nil || *d.value < 0 {
			return 0, 0, fmt.Errorf("%s %q: want a duration such as 90m or 24h, or 0s for none", d.name, d.text)
		}
	}
	return timeout, stuck, nil
}
