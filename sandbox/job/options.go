package job

import (
	"encoding/json"
	"fmt"

	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/protobuf/types/known/structpb"
)

// options are the pipeline options that the SDK sent along with the job.
func options(spec *dataflow.Job) map[string]any {
	var sent struct {
		Options map[string]any `json:"options"`
	}
	_ = json.Unmarshal(spec.Environment.SdkPipelineOptions, &sent) // the service has read them before
	return sent.Options
}

// forSDK are the options in the form that the SDK's workers read.
func (r *run) forSDK() (string, error) {
	content, err := json.Marshal(map[string]any{"options": r.options})
	if err != nil {
		return "", fmt.Errorf("write the pipeline options: %w", err)
	}
	return string(content), nil
}

// forRunner are the options that Prism reads: whether the job streams, and experiments.
func (r *run) forRunner() (*structpb.Struct, error) {
	chosen := map[string]any{"beam:option:streaming:v1": r.job.Spec.Type == "JOB_TYPE_STREAMING"}
	if experiments, ok := r.options["experiments"].([]any); ok {
		chosen["beam:option:experiments:v1"] = experiments
	}
	made, err := structpb.NewStruct(chosen)
	if err != nil {
		return nil, fmt.Errorf("write the runner's options: %w", err)
	}
	return made, nil
}
