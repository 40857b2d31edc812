package job

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/protobuf/proto"
)

// environment is where the SDK's workers of one Beam environment run.
type environment struct {
	id string
	// dir is what Beam calls the semi-persistent directory; staged files are in dir/staged.
	dir string
	// python has the pipeline's packages, and those that were staged.
	python string
}

// prepare stages and installs what the environments of a pipeline need.
func (r *run) prepare(ctx context.Context, pipeline *pipepb.Pipeline) (map[string]*environment, error) {
	prepared := map[string]*environment{}
	for id, env := range pipeline.GetComponents().GetEnvironments() {
		if err := checkSDK(id, env); err != nil {
			return nil, err
		}
		dir, err := r.folder("environment-" + fmt.Sprint(len(prepared)))
		if err != nil {
			return nil, err
		}
		staged, err := r.folder(filepath.Base(dir), "staged")
		if err != nil {
			return nil, err
		}
		files, err := r.stage(ctx, env.GetDependencies(), staged)
		if err != nil {
			return nil, err
		}
		python, err := r.install(ctx, dir, staged, files)
		if err != nil {
			return nil, err
		}
		prepared[id] = &environment{id: id, dir: dir, python: python}
	}
	return prepared, nil
}

// checkSDK refuses environments that are not for Python: cross-language steps run in another
// image, and only the pipeline's own is here.
func checkSDK(id string, env *pipepb.Environment) error {
	const base = "beam:version:sdk_base:"
	for _, capability := range env.GetCapabilities() {
		if sdk, ok := strings.CutPrefix(capability, base); ok && !strings.Contains(sdk, "python") {
			return fmt.Errorf("environment %s is for another SDK than Python's (%s): the sandbox runs no cross-language steps", id, sdk)
		}
	}
	return nil
}

// The roles and types of artifacts that Beam's SDKs stage.
const (
	roleStagingTo    = "beam:artifact:role:staging_to:v1"
	roleRequirements = "beam:artifact:role:pip_requirements_file:v1"
	typeURL          = "beam:artifact:type:url:v1"
)

// stagedFiles are the names of the files in a directory of staged files.
type stagedFiles struct {
	names        map[string]bool
	requirements []string
}

// stage fetches the artifacts of an environment, as a Dataflow worker does, straight from Cloud Storage.
func (r *run) stage(ctx context.Context, artifacts []*pipepb.ArtifactInformation, dir string) (stagedFiles, error) {
	files := stagedFiles{names: map[string]bool{}}
	for _, a := range artifacts {
		var from pipepb.ArtifactUrlPayload
		if a.GetTypeUrn() != typeURL {
			return files, fmt.Errorf("a staged file is of type %s: the sandbox fetches those in Cloud Storage; give a gs:// path as --staging_location", a.GetTypeUrn())
		}
		if err := proto.Unmarshal(a.GetTypePayload(), &from); err != nil {
			return files, fmt.Errorf("a staged file's address: %w", err)
		}
		name := path.Base(from.GetUrl())
		if a.GetRoleUrn() == roleStagingTo {
			var role pipepb.ArtifactStagingToRolePayload
			if err := proto.Unmarshal(a.GetRolePayload(), &role); err != nil {
				return files, fmt.Errorf("the name of staged file %s: %w", from.GetUrl(), err)
			}
			name = role.GetStagedName()
		}
		if !filepath.IsLocal(name) {
			return files, fmt.Errorf("staged file %s is to be named %q, which leads out of the directory of staged files", from.GetUrl(), name)
		}
		content, err := r.object(ctx, from.GetUrl())
		if err != nil {
			return files, fmt.Errorf("staged file %s: %w", name, err)
		}
		if sum := sha256.Sum256(content); from.GetSha256() != "" && hex.EncodeToString(sum[:]) != from.GetSha256() {
			return files, fmt.Errorf("staged file %s in %s has not the content that the job was created with", name, from.GetUrl())
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return files, fmt.Errorf("stage %s: %w", name, err)
		}
		if err := os.WriteFile(to, content, 0o644); err != nil {
			return files, fmt.Errorf("stage %s: %w", name, err)
		}
		files.names[name] = true
		if a.GetRoleUrn() == roleRequirements || name == "requirements.txt" {
			files.requirements = append(files.requirements, name)
		}
	}
	return files, nil
}
