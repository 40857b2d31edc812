package runners

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Options are what Beam's Dataflow runner is told, under Beam's own names. Empty ones are left to Beam.
type Options struct {
	// Region is where jobs run. It is required.
	Region string `json:"region"`
	// TempLocation and StagingLocation are gs://bucket/path; the second is the first with /staging when it is empty.
	TempLocation    string `json:"temp_location,omitempty"`
	StagingLocation string `json:"staging_location,omitempty"`
	// ServiceAccount is the e-mail address of the account that workers are.
	ServiceAccount string `json:"service_account_email,omitempty"`
	// Subnetwork is regions/REGION/subnetworks/NAME, or its URL.
	Subnetwork string `json:"subnetwork,omitempty"`
	// WorkerImage is the image that workers run.
	WorkerImage string `json:"sdk_container_image,omitempty"`
	// MachineType of the workers, and MaxWorkers, the most of them; 0 for no limit of ours.
	MachineType string `json:"machine_type,omitempty"`
	MaxWorkers  int    `json:"max_num_workers,omitempty"`
}

// arguments are the options as a command line has them, without those that the line says by itself.
func (o Options) arguments(line []string, job *Submission) (args []string) {
	add := func(name, value string) {
		said := slices.ContainsFunc(line, func(word string) bool { return word == "--"+name || strings.HasPrefix(word, "--"+name+"=") })
		if value != "" && !said {
			args = append(args, "--"+name+"="+value)
		}
	}
	staging := o.StagingLocation
	if staging == "" && o.TempLocation != "" {
		staging = strings.TrimSuffix(o.TempLocation, "/") + "/staging"
	}
	workers := ""
	if o.MaxWorkers > 0 {
		workers = fmt.Sprint(o.MaxWorkers)
	}
	add("runner", "DataflowRunner")
	add("region", o.Region)
	add("job_name", job.Name)
	add("temp_location", o.TempLocation)
	add("staging_location", staging)
	add("service_account_email", o.ServiceAccount)
	add("subnetwork", o.Subnetwork)
	add("sdk_container_image", o.WorkerImage)
	add("machine_type", o.MachineType)
	add("max_num_workers", workers)
	for _, name := range slices.Sorted(maps.Keys(job.Labels)) {
		args = append(args, "--labels="+name+"="+job.Labels[name])
	}
	return args
}

// passes finds in what a command printed the answers of a service that may be better the next time.
var passes = regexp.MustCompile(`(?i)\b(429|500|502|503|504)\b.*(http|error|response|status)|(http|error|response|status).*\b(429|500|502|503|504)\b|` +
	`rateLimitExceeded|quotaExceeded|backendError|ServiceUnavailable|TooManyRequests|ConnectionResetError|RemoteDisconnected|Connection aborted|ServerNotFoundError|BrokenPipeError`)

// passing reports whether the last lines of a command that failed tell of something that may pass.
func passing(tail []string) bool {
	return slices.ContainsFunc(tail[max(0, len(tail)-15):], passes.MatchString)
}
