// What the pages of taught states ask for and change.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, isProblem, Problem, type Schema, taken } from "../api/client";
import type { Say } from "../words/say";

export type Head = Schema["HeadView"];
export type HeadDetail = Schema["HeadDetail"];
export type HeadBody = Schema["HeadBody"];
export type Version = Schema["VersionView"];
export type Example = Schema["ExampleView"];

export function useHeads(cameraId: string) {
  return useQuery({
    queryKey: ["heads", "of", cameraId],
    queryFn: async () => (await taken(api.GET("/api/v1/heads", { params: { query: { camera_id: cameraId } } }))).items,
  });
}

export function useHead(headId: string) {
  return useQuery({
    queryKey: ["heads", headId],
    queryFn: () => taken(api.GET("/api/v1/heads/{head_id}", { params: { path: { head_id: headId } } })),
  });
}

export function useVersion(headId: string, version: number | null) {
  return useQuery({
    queryKey: ["heads", headId, "versions", version],
    enabled: version !== null,
    queryFn: () =>
      taken(
        api.GET("/api/v1/heads/{head_id}/versions/{version}", {
          params: { path: { head_id: headId, version: version ?? 0 } },
        }),
      ),
  });
}

export function useCameraCodes(cameraId: string) {
  return useQuery({
    queryKey: ["camera-codes", cameraId],
    staleTime: 60_000,
    queryFn: async () =>
      (await taken(api.GET("/api/v1/cameras/{camera_id}/codes", { params: { path: { camera_id: cameraId } } }))).items,
  });
}

export type Deed =
  | { do: "example"; state: string }
  | { do: "forget"; exampleId: string }
  | { do: "teach" | "back" | "retire" }
  | { do: "live"; version: number };

// One step at a time; whatever became of it, the head is read again.
export function useDeed(headId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deed: Deed): Promise<unknown> => done(headId, deed),
    onSettled: () => client.invalidateQueries({ queryKey: ["heads"] }),
  });
}

function done(headId: string, deed: Deed): Promise<unknown> {
  const path = { head_id: headId };
  switch (deed.do) {
    case "example":
      return taken(
        api.POST("/api/v1/heads/{head_id}/examples", {
          params: { path },
          body: { state: deed.state, is_cropped: true },
        }),
      );
    case "forget":
      return taken(
        api.DELETE("/api/v1/heads/{head_id}/examples/{example_id}", {
          params: { path: { ...path, example_id: deed.exampleId } },
        }),
      );
    case "teach":
      return taken(api.POST("/api/v1/heads/{head_id}/teach", { params: { path } }));
    case "live":
      return taken(api.POST("/api/v1/heads/{head_id}/live", { params: { path }, body: { version: deed.version } }));
    case "back":
      return taken(api.POST("/api/v1/heads/{head_id}/roll-back", { params: { path } }));
    case "retire":
      return taken(api.POST("/api/v1/heads/{head_id}/retire", { params: { path } }));
  }
}

export function deedFault(say: Say, error: unknown): string {
  if (isProblem(error, "no-fresh-picture") || isProblem(error, "camera-not-shown"))
    return say("摄像机没有当前画面，未添加示例。", "The camera has no current picture: no example was added.");
  if (error instanceof Problem && error.status === 0) return say("无法连接服务。", "The service cannot be reached.");
  return error instanceof Error ? error.message : String(error);
}
