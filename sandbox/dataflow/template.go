package dataflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strconv"
	"strings"

	api "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"
)

// launch answers templates.launch for classic templates.
func (s *Service) launch(c call) (any, error) {
	query := c.URL.Query()
	asked := new(api.LaunchTemplateParameters)
	if err := c.body(asked); err != nil {
		return nil, err
	}
	if query.Get("dynamicTemplate.gcsPath") != "" {
		return nil, unimplemented("the sandbox does not launch dynamic templates (dynamicTemplate.gcsPath)")
	}
	if asked.Update {
		return nil, unimplemented("the sandbox does not update a running job in place: cancel job %s and launch another", asked.JobName)
	}
	only, _ := strconv.ParseBool(query.Get("validateOnly"))
	job, err := s.fromTemplate(c, query.Get("gcsPath"), asked.JobName, asked.Parameters, asked.Environment, only)
	return &api.LaunchTemplateResponse{Job: job}, err
}

// createFromTemplate answers templates.create.
func (s *Service) createFromTemplate(c call) (any, error) {
	asked := new(api.CreateJobFromTemplateRequest)
	if err := c.body(asked); err != nil {
		return nil, err
	}
	if c.region == "" {
		c.region = asked.Location
	}
	return s.fromTemplate(c, asked.GcsPath, asked.JobName, asked.Parameters, asked.Environment, false)
}

// fromTemplate starts the job that a template holds under a name, with parameters. With
// validateOnly it stops before the start and answers with the job as it would be.
func (s *Service) fromTemplate(c call, path, name string, parameters map[string]string, env *api.RuntimeEnvironment, validateOnly bool) (*api.Job, error) {
	region, err := c.home()
	if err != nil {
		return nil, err
	}
	job, err := s.template(c.Context(), path)
	if err != nil {
		return nil, err
	}
	job.Name, job.ClientRequestId = name, ""
	if err := adapt(job, parameters, env); err != nil {
		return nil, err
	}
	if validateOnly {
		return summary(job), check(job)
	}
	if err := s.start(job, c.project, region); err != nil {
		return nil, err
	}
	return s.view(job.Id, "JOB_VIEW_SUMMARY")
}

// template reads the job that Beam wrote for --template_location.
func (s *Service) template(ctx context.Context, path string) (*api.Job, error) {
	bucket, object, ok := strings.Cut(strings.TrimPrefix(path, "gs://"), "/")
	if !strings.HasPrefix(path, "gs://") || !ok || bucket == "" || object == "" {
		return nil, invalid("The template path %q is not gs://bucket/object", path)
	}
	file, err := s.config.Open(ctx, bucket, object)
	if errors.Is(err, os.ErrNotExist) {
		return nil, notFound("Unable to open template file: %s: there is no such object", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open template %s: %w", path, err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("read template %s: %w", path, err)
	}
	job := new(api.Job)
	if err := json.Unmarshal(content, job); err != nil || job.Environment == nil {
		return nil, invalid("Unable to parse template file %s: it is not a job that Beam wrote (%v)", path, err)
	}
	return job, nil
}

// adapt puts the parameters among the pipeline's options, where workers look for values that
// were not known when the template was made, and the environment where it belongs.
func adapt(job *api.Job, parameters map[string]string, env *api.RuntimeEnvironment) error {
	var sent map[string]any
	if err := json.Unmarshal(job.Environment.SdkPipelineOptions, &sent); err != nil {
		return invalid("Unable to parse template file: its pipeline options are not JSON: %v", err)
	}
	options, _ := sent["options"].(map[string]any)
	if options == nil {
		return invalid("Unable to parse template file: it has no pipeline options")
	}
	for name, value := range parameters {
		options[name] = value
	}
	options["job_name"] = job.Name
	if env != nil {
		if env.TempLocation != "" {
			options["temp_location"] = env.TempLocation
			job.Environment.TempStoragePrefix = "storage.googleapis.com/" + strings.TrimPrefix(env.TempLocation, "gs://")
		}
		if len(env.AdditionalUserLabels) > 0 && job.Labels == nil {
			job.Labels = map[string]string{}
		}
		maps.Copy(job.Labels, env.AdditionalUserLabels)
	}
	content, err := json.Marshal(sent)
	if err != nil {
		return fmt.Errorf("write the options of job %s: %w", job.Name, err)
	}
	job.Environment.SdkPipelineOptions = googleapi.RawMessage(content)
	return nil
}
