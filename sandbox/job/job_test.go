package job

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"
	"google.golang.org/protobuf/proto"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// objects is a Cloud Storage that holds these objects, by bucket/object.
func objects(t *testing.T, held map[string][]byte) string {
	t.Helper()
	busy := len(held) // so many requests are refused first
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if busy--; busy >= 0 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		bucket, object, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/storage/v1/b/"), "/o/")
		content, ok := held[bucket+"/"+object]
		if !ok || r.URL.Query().Get("alt") != "media" {
			http.NotFound(w, r)
			return
		}
		w.Write(content)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func marshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	content, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// ordered runs a job of a pipeline and returns its reports.
func ordered(t *testing.T, storage string, fault lease.Fault) []lease.Report {
	t.Helper()
	order, err := json.Marshal(lease.Job{Fault: fault, Spec: &dataflow.Job{Id: "id", Name: "name", Location: "here", Environment: &dataflow.Environment{
		SdkPipelineOptions: googleapi.RawMessage(`{"options":{"pipelineUrl":"gs://b/dir/pipeline.pb"}}`)}}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Run(t.Context(), bytes.NewReader(order), &out, Config{Python: "/bin/false", Storage: storage, Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	var all []lease.Report
	for decoder := json.NewDecoder(&out); decoder.More(); {
		var one lease.Report
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// failure is the text of all error messages, when the last report says that the job has failed.
func failure(t *testing.T, all []lease.Report) string {
	t.Helper()
	if all[0].State != "JOB_STATE_RUNNING" || all[len(all)-1].State != "JOB_STATE_FAILED" {
		t.Errorf("reports %+v", all)
	}
	var text string
	for _, report := range all {
		for _, m := range report.Messages {
			if m.Importance == "JOB_MESSAGE_ERROR" {
				text += m.Text + "\n"
			}
		}
	}
	return text
}

func environmentOf(deps ...*pipepb.ArtifactInformation) *pipepb.Environment {
	return &pipepb.Environment{Urn: "beam:env:docker:v1", Dependencies: deps}
}

// artifact is a staged file.
func artifact(t *testing.T, url, sum, name string) *pipepb.ArtifactInformation {
	return &pipepb.ArtifactInformation{
		TypeUrn: typeURL, TypePayload: marshal(t, &pipepb.ArtifactUrlPayload{Url: url, Sha256: sum}),
		RoleUrn: roleStagingTo, RolePayload: marshal(t, &pipepb.ArtifactStagingToRolePayload{StagedName: name}),
	}
}

// What is wrong before the runner starts is said in the job's messages.
func TestAJobThatCannotStart(t *testing.T) {
	other := environmentOf()
	other.Capabilities = []string{"beam:version:sdk_base:apache/beam_java11_sdk:2.71.0"}
	local := artifact(t, "gs://b/file", "", "file")
	local.TypeUrn = "beam:artifact:type:file:v1"
	for _, tt := range []struct {
		reason string
		env    *pipepb.Environment // nil: the pipeline is absent
		want   string
	}{
		{"no pipeline", nil, "fetch gs://b/dir/pipeline.pb"},
		{"another SDK", other, "no cross-language steps"},
		{"an absent file", environmentOf(artifact(t, "gs://b/absent", "", "file")), "staged file file: fetch gs://b/absent"},
		{"another content", environmentOf(artifact(t, "gs://b/file", strings.Repeat("0", 64), "file")), "not the content"},
		{"a name that leads out", environmentOf(artifact(t, "gs://b/file", "", "../file")), "leads out"},
		{"a local file", environmentOf(local), "--staging_location"},
		{"a package that cannot be installed", environmentOf(artifact(t, "gs://b/file", "", workflowFile)), "ask /bin/false for its packages"},
	} {
		held := map[string][]byte{"b/file": []byte("content")}
		if tt.env != nil {
			held["b/dir/pipeline.pb"] = marshal(t, &pipepb.Pipeline{Components: &pipepb.Components{Environments: map[string]*pipepb.Environment{"e": tt.env}}})
		}
		if text := failure(t, ordered(t, objects(t, held), lease.Fault{})); !strings.Contains(text, "Workflow failed. Causes: ") || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %q", tt.reason, text)
		}
	}
}

func TestStagedFilesAreFetched(t *testing.T) {
	sum := sha256.Sum256([]byte("content"))
	r := &run{Config: Config{Storage: objects(t, map[string][]byte{"b/x y/file": []byte("content")})}}
	dir := t.TempDir()
	files, err := r.stage(t.Context(), []*pipepb.ArtifactInformation{artifact(t, "gs://b/x y/file", hex.EncodeToString(sum[:]), "sub/requirements.txt"),
		artifact(t, "gs://b/x y/file", "", "requirements.txt")}, dir)
	if err != nil || len(files.names) != 2 || len(files.requirements) != 1 {
		t.Fatalf("staged %+v, %v", files, err)
	}
	if content, err := os.ReadFile(filepath.Join(dir, "sub", "requirements.txt")); err != nil || string(content) != "content" {
		t.Errorf("staged %q, %v", content, err)
	}
}

func TestStepsOfAFault(t *testing.T) {
	transform := func(name, urn string, in, out string, sub ...string) *pipepb.PTransform {
		return &pipepb.PTransform{UniqueName: name, Spec: &pipepb.FunctionSpec{Urn: urn}, Subtransforms: sub,
			Inputs: map[string]string{"i": in}, Outputs: map[string]string{"o": out}}
	}
	pipeline := &pipepb.Pipeline{RootTransformIds: []string{"a", "b", "c"}, Components: &pipepb.Components{Transforms: map[string]*pipepb.PTransform{
		"a":  transform("A", "composite", "", "1", "a1"),
		"a1": transform("A/Map", "beam:transform:pardo:v1", "", "1"),
		"b":  transform("B", "beam:transform:group_by_key:v1", "1", "2"),
		"c":  transform("C", "beam:transform:pardo:v1", "2", "3"),
	}}}
	for asked, want := range map[string]string{"1": "A", "3": "C", "A/Map": "A/Map", "B": "B"} {
		if got, err := stepNamed(pipeline, asked); err != nil || got != want {
			t.Errorf("step %s is %s, %v", asked, got, err)
		}
	}
	for _, asked := range []string{"0", "4", "D"} {
		if got, err := stepNamed(pipeline, asked); err == nil || !strings.Contains(err.Error(), "A, B, C") {
			t.Errorf("step %s is %s, %v", asked, got, err)
		}
	}
	for step, want := range map[string]string{"A": "A/Map", "B": "C", "C": "C"} {
		got := reaches(pipeline, step)
		for _, name := range []string{"A/Map", "B", "C"} {
			if got(&pipepb.PTransform{UniqueName: name}) != (name == want) {
				t.Errorf("data reaches %s at %s: %t", step, name, name != want)
			}
		}
	}
}
