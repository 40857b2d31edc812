package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// tableCheckInstall is the environment of table-check. It has no lock file: the newest packages that it allows, as of when
// the layer was made.
var tableCheckInstall = workflows.Install{Python: "3.11"}

// comparer is a container in which dit compares by the engine. The commit is that of table-check, if it is the engine.
func (m *Dit) comparer(ctx context.Context, engine string, directory *dagger.Directory, url, ref string) (c *dagger.Container, commit string, err error) {
	if err := oneOf("engine", engine, "dit", "table-check"); err != nil {
		return nil, "", err
	}
	one := (directory != nil) != (url != "")
	switch {
	case engine == "dit" && directory == nil && url == "" && ref == "":
		return worker(), "", nil
	case engine == "dit":
		return nil, "", exit(workflows.ExitArguments, "--table-check-repo, --table-check-directory and --table-check-ref are for --engine=table-check; give that too, or none of them")
	case !one || ref == "":
		return nil, "", exit(workflows.ExitArguments, "--engine=table-check needs --table-check-ref, the branch, tag or commit to install, and its git repository: either --table-check-repo, a URL, or --table-check-directory")
	}
	r := &repository{Name: url, directory: directory}
	if commit, err = m.resolve(ctx, r, ref); err != nil {
		return nil, "", err
	}
	if c, err = installPackage(ctx, "table-check", tableCheckInstall, m.tree(r, commit)); err != nil {
		return nil, "", err
	}
	return c.WithFile(toolPath, ditBinary()), commit, nil
}
