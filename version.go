package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// version is one version of the pipeline, installed.
type version struct {
	// Packages and so on are what the steps are told; the names are those of steps.Environment.
	Packages    string `json:"packages"`
	WorkerImage string `json:"worker_image,omitempty"`
	Unreviewed  bool   `json:"unreviewed,omitempty"`
	Problem     string `json:"problem,omitempty"`

	pipeline *dagger.Container
	service  *dagger.Service // of the sandbox's workers; nil without
}

// versions installs all versions of the plan, side by side. Of several, one that cannot be installed does not stop the others: its problem
// is what becomes of its runs.
func (m *Dit) versions(ctx context.Context, plan *workflows.Plan, r *repository) (map[string]*version, error) {
	installed := make([]*version, len(plan.Bindings))
	all, each := errgroup.WithContext(ctx)
	for i, b := range plan.Bindings {
		all.Go(func() (err error) {
			installed[i], err = m.version(each, plan, b, r)
			var failed *gqlerror.Error
			if errors.As(err, &failed) && failed.Extensions["exitCode"] == workflows.ExitPipeline && len(plan.Bindings) > 1 {
				installed[i], err = &version{Problem: failed.Message}, nil
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	for i, v := range installed {
		for j := range i {
			a, b := plan.Bindings[j], plan.Bindings[i]
			if a.Commit == b.Commit && a.Again == "" && b.Again == "" && v.Problem == "" && installed[j].Problem == "" && workflows.ImageDigest(installed[j].WorkerImage) == workflows.ImageDigest(v.WorkerImage) {
				return nil, exit(workflows.ExitArguments, fmt.Sprintf("bindings %s and %s are the same commit, and their images are the same %s under two names: give another image, or for the noise %s alone with --aa=%s",
					a.Said(), b.Said(), v.WorkerImage, a.Said(), a.Name))
			}
		}
	}
	found := map[string]*version{}
	for i, b := range plan.Bindings {
		found[b.Name] = installed[i]
	}
	return found, nil
}

func (m *Dit) version(ctx context.Context, plan *workflows.Plan, b workflows.Binding, r *repository) (v *version, err error) {
	image := ""
	if plan.Dataflow != nil {
		if image, err = m.pinned(ctx, b.WorkerImage); err != nil {
			return nil, err
		}
	}
	v = &version{}
	side, each := errgroup.WithContext(ctx)
	side.Go(func() error {
		v.Unreviewed = !m.reviewed(each, r, b.Commit)
		return nil
	})
	side.Go(func() (err error) {
		if v.pipeline, err = install(each, plan.Descriptor, m.tree(r, b.Commit)); err == nil {
			v.Packages, err = v.pipeline.File(packagesPath).Contents(each)
		}
		return err
	})
	if err := side.Wait(); err != nil {
		return nil, err
	}
	w, err := m.workersOf(ctx, plan, b.Commit, v.Packages, v.pipeline, image)
	if err != nil {
		return nil, err
	}
	v.WorkerImage, v.service = w.image, w.service
	return v, nil
}

// container is where runs of the version are done; one that cannot be run needs no more than the tool.
func (v *version) container(inputs dagger.WithContainerFunc) *dagger.Container {
	if v.pipeline == nil {
		return worker().With(inputs)
	}
	c := v.pipeline.With(inputs)
	if v.service != nil {
		c = c.WithServiceBinding("workers", v.service)
	}
	return c
}

// environmentsFile is what the steps are told of all versions, by name.
func environmentsFile(versions map[string]*version) (*dagger.File, error) {
	text, err := json.Marshal(versions)
	if err != nil {
		return nil, err
	}
	return dag.Directory().WithNewFile("environments.json", string(text)).File("environments.json"), nil
}
