package dataflow

import (
	"regexp"
	"slices"
	"strings"

	api "google.golang.org/api/dataflow/v1b3"
)

var (
	jobName    = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)
	labelKey   = regexp.MustCompile(`^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$`)
	labelValue = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$`)
)

// maxLabels is how many labels a job may have, maxLabelBytes how long each side of one may be.
const (
	maxLabels     = 64
	maxLabelBytes = 128
)

// check says what Dataflow would refuse in a new job.
func check(job *api.Job) error {
	if !jobName.MatchString(job.Name) {
		return invalid("The workflow could not be created. Causes: Invalid job name %q: it must match %s: 1 to 63 lower-case letters, digits and hyphens, "+
			"a letter first, no hyphen at the end", job.Name, jobName)
	}
	if err := checkLabels(job.Labels); err != nil {
		return err
	}
	if !slices.Contains([]string{"", "JOB_TYPE_UNKNOWN", "JOB_TYPE_BATCH", "JOB_TYPE_STREAMING"}, job.Type) {
		return invalid("The workflow could not be created. Causes: %q is not a job type", job.Type)
	}
	if job.ReplaceJobId != "" {
		return unimplemented("the sandbox does not update a running job in place (replaceJobId): cancel job %s and start another", job.ReplaceJobId)
	}
	if job.CreatedFromSnapshotId != "" {
		return unimplemented("the sandbox keeps no snapshots of jobs (createdFromSnapshotId)")
	}
	if job.Environment == nil {
		return invalid("The workflow could not be created. Causes: The job has no environment")
	}
	if tempLocation(job) == "" {
		return invalid("The workflow could not be created. Causes: Missing required field: tempStoragePrefix (temp_location): give a gs:// path")
	}
	if pipelineURL(job) == "" {
		return unimplemented("the sandbox runs portable pipelines only: the job has no option pipelineUrl. Beam's Python SDK sends one")
	}
	return nil
}

func checkLabels(labels map[string]string) error {
	if len(labels) > maxLabels {
		return invalid("The workflow could not be created. Causes: The job has %d labels, at most %d are allowed", len(labels), maxLabels)
	}
	for key, value := range labels {
		if !labelKey.MatchString(key) || len(key) > maxLabelBytes {
			return invalid("The workflow could not be created. Causes: Invalid label key %q: it must match %s and be at most %d bytes", key, labelKey, maxLabelBytes)
		}
		if !labelValue.MatchString(value) || len(value) > maxLabelBytes {
			return invalid("The workflow could not be created. Causes: Invalid value %q of label %q: it must match %s and be at most %d bytes",
				value, key, labelValue, maxLabelBytes)
		}
	}
	return nil
}

// tempLocation is where the job may keep temporary files: Beam's Python SDK says it in one
// place, others in another.
func tempLocation(job *api.Job) string {
	if at := strings.TrimPrefix(job.Environment.TempStoragePrefix, "storage.googleapis.com"); strings.Trim(at, "/") != "" {
		return at
	}
	return option(job, "tempLocation", "temp_location", "gcpTempLocation")
}
