package dataflow

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// maxBody is how long a request may be; Dataflow takes 20 MB.
const maxBody = 20 << 20

// call is one request to the API: where it is for, and what answers it.
type call struct {
	*http.Request
	project, region string
}

// routes are the calls that are answered, each under a region and without one.
func (s *Service) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+lease.PollPath, s.poll)
	mux.HandleFunc("POST "+lease.ReportPath, s.report)
	handle := func(pattern string, f func(call) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			value, err := s.answer(r, f)
			answer(w, value, err)
		})
	}
	for _, at := range []string{"/v1b3/projects/{project}", "/v1b3/projects/{project}/locations/{region}"} {
		handle("POST "+at+"/jobs", s.create)
		handle("GET "+at+"/jobs", s.list)
		handle("GET "+at+"/jobs/{job}", s.get)
		handle("PUT "+at+"/jobs/{job}", s.update)
		handle("GET "+at+"/jobs/{job}/messages", s.messages)
		handle("GET "+at+"/jobs/{job}/metrics", s.metrics)
		handle("POST "+at+"/templates", s.createFromTemplate)
		handle("POST "+at+"/templates:launch", s.launch)
	}
	handle("GET /v1b3/projects/{project}/jobs:aggregated", s.aggregated)
	mux.HandleFunc("/v1b3/", func(w http.ResponseWriter, r *http.Request) { answer(w, nil, refuse(r)) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		answer(w, nil, notFound("the sandbox's Dataflow has no %s %s", r.Method, r.URL.Path))
	})
	return mux
}

// answer finds out where a request is for.
func (s *Service) answer(r *http.Request, f func(call) (any, error)) (any, error) {
	c := call{Request: r, project: r.PathValue("project"), region: r.PathValue("region")}
	if c.region == "" {
		c.region = r.URL.Query().Get("location")
	}
	return f(c)
}

// home is the region of the call, the default when it names none.
func (c call) home() (string, error) {
	if c.region == "" {
		return defaultRegion, nil
	}
	return c.region, checkRegion(c.region)
}

// body reads the request's JSON.
func (c call) body(into any) error {
	content, err := io.ReadAll(io.LimitReader(c.Body, maxBody+1))
	if err != nil {
		return invalid("read the request: %v", err)
	}
	if len(content) > maxBody {
		return &apiError{http.StatusRequestEntityTooLarge, "INVALID_ARGUMENT", "The job graph is too large. Please try again with a smaller job graph."}
	}
	if err := json.Unmarshal(content, into); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return invalid("Invalid JSON payload received. Invalid value at %q: %s", wrong.Field, wrong.Value)
		}
		return invalid("Invalid JSON payload received. %v", err)
	}
	return nil
}

// refuse says what the sandbox does not do.
func refuse(r *http.Request) error {
	for part, what := range map[string]string{
		"napshots":         "does not take snapshots of jobs",
		":snapshot":        "does not take snapshots of jobs",
		"flexTemplates":    "does not launch flex templates; classic templates it does",
		"/templates:get":   "does not read the parameters out of templates",
		"workItems":        "does not lease work items to Dataflow's own workers",
		"/debug/":          "has no debug captures of workers",
		"executionDetails": "keeps no details of stages and work items",
		"WorkerMessages":   "takes no messages from Dataflow's own workers",
		"/sql":             "does not run Dataflow SQL",
	} {
		if strings.Contains(r.URL.Path, part) {
			return unimplemented("the sandbox %s (%s %s)", what, r.Method, r.URL.Path)
		}
	}
	return unimplemented("the sandbox's Dataflow does not do %s %s: it creates, gets, lists, cancels jobs, gives their messages and metrics, and launches classic templates",
		r.Method, r.URL.Path)
}
