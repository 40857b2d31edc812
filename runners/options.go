package runners

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// arguments are Beam's options for the job as a command line has them, without those that the line says by itself.
func arguments(o workflows.Dataflow, line []string, job *Submission) (args []string) {
	add := func(name, value string) {
		said := slices.ContainsFunc(line, func(word string) bool { return word == "--"+name || strings.HasPrefix(word, "--"+name+"=") })
		if value != "" && !said {
			args = append(args, "--"+name+"="+value)
		}
	}
	staging, workers := o.StagingLocation, ""
	if staging == "" {
		staging = o.TempLocation + "/staging"
	}
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

// denies finds those that say who asks has no right to.
var denies = regexp.MustCompile(`HttpForbiddenError|PermissionDenied|PERMISSION_DENIED|accessDenied`)

// last gives the last line of a command that failed which tells of something of the kind; empty without such.
func last(tail []string, kind *regexp.Regexp) string {
	for _, line := range slices.Backward(tail[max(0, len(tail)-15):]) {
		if kind.MatchString(line) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
