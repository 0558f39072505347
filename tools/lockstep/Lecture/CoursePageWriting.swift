import ArgumentParser
import Files
import Foundation
import Lecture
import Lockstep
import NumberText
import Reports

/// Runs every topic, with the values of its slider, and writes the page of the course.
///
/// Each run is made by the very command that stands below it.
///
/// - Throws: at once where the page cannot be written; `ClaimsFailed` where not every claim held.
func writeCoursePage(to path: String, _ options: ClassroomOptions) throws {
  try checkWritable(path)
  let classroom = options.make()
  let lessons = try topics.map { topic in
    let run = try recordedRun(of: topic, [], classroom)
    let slider = topic.slider
    let turned = try slider?.values.map { value in
      try recordedRun(of: topic, [slider?.option ?? "", value], classroom)
    }
    return CoursePage.Lesson(topic, run: run, turned: turned ?? [])
  }
  let date = Date.now.formatted(.iso8601.year().month().day())
  let page = CoursePage(
    lessons, origin: "Made on \(date) by lockstep lecture --html --seed \(options.seed).")
  let size = try page.write(to: path)
  let failed = lessons.flatMap { [$0.run] + $0.turned }.flatMap(\.claims).count { !$0.holds }
  print(
    "\(path): \(lessons.count) topics, \(grouped(page.runCount)) runs, \(grouped(size)) bytes, in "
      + "\(fixed(classroom.elapsedSeconds(), 1)) s")
  if failed > 0 { throw ClaimsFailed(count: failed) }
}

private func recordedRun(
  of topic: any Topic.Type, _ arguments: [String], _ classroom: Classroom
) throws -> CoursePage.Run {
  let words = [topic.number.lowercased()] + arguments + ["--seed", "\(classroom.seed)"]
  let demonstration = try command(of: topic).parse(arguments).demonstration(in: classroom)
  return CoursePage.Run(
    command: (["lockstep", "lecture"] + words).joined(separator: " "), demonstration)
}
