package dataflow

import (
	"encoding/json"
	"regexp"

	api "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// pipelineOptions are the options that the SDK sends along with a job.
func pipelineOptions(job *api.Job) map[string]any {
	var sent struct {
		Options map[string]any `json:"options"`
	}
	if job.Environment == nil || json.Unmarshal(job.Environment.SdkPipelineOptions, &sent) != nil {
		return nil
	}
	return sent.Options
}

// option is the first of the named options that is a text and not empty. SDKs differ in how they write names.
func option(job *api.Job, names ...string) string {
	options := pipelineOptions(job)
	for _, name := range names {
		if value, _ := options[name].(string); value != "" {
			return value
		}
	}
	return ""
}

// pipelineURL is where the pipeline itself was staged.
func pipelineURL(job *api.Job) string { return option(job, "pipelineUrl", "pipeline_url") }

// beamImage matches the images that Beam's SDKs name by themselves when the user names none.
var beamImage = regexp.MustCompile(`^(gcr\.io/cloud-dataflow/v1beta3/|(docker\.io/)?apache/)beam_`)

// image is the container image that the job asks its workers to be, lease.DefaultImage when the user named none.
func image(job *api.Job) string {
	if named := option(job, "sdk_container_image", "sdkContainerImage", "worker_harness_container_image"); named != "" {
		return named
	}
	for _, pool := range job.Environment.WorkerPools {
		for _, harness := range pool.SdkHarnessContainerImages {
			if named := harness.ContainerImage; named != "" && !beamImage.MatchString(named) {
				return named
			}
		}
		if named := pool.WorkerHarnessContainerImage; named != "" && !beamImage.MatchString(named) {
			return named
		}
	}
	return lease.DefaultImage
}
