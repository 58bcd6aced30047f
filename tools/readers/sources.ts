/** An HTTP server, which tells its architecture and user. */
export const program = `package main

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s answers as %d", runtime.GOARCH, os.Getuid())
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
`;

/** A registry of go-containerregistry, which lists referrers. It takes a free port, and prints its address. */
export const registryProgram = `package main

import (
	"fmt"
	"net"
	"net/http"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	panic(http.Serve(listener, registry.New(registry.WithReferrersSupport(true))))
}
`;

/** Runs an executor. Its arguments: the path of its module, options and context in JSON. */
export const executorProgram = `
const [path, options, context] = process.argv.slice(1);
const { default: run } = await import(path);
const { success } = await run(JSON.parse(options), JSON.parse(context));
process.exit(success ? 0 : 1);
`;

/** Returns what a build writes beside a binary, as far as others read it. */
export function provenanceOf(sha256: string): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:millwright:build:go:v1',
        externalParameters: { folder: '.', options: {} },
        internalParameters: {},
      },
      runDetails: { builder: { id: 'urn:millwright:builder:local' } },
    },
  });
}
