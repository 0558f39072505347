/// Part A: optimization, in the order of the course.
let optimization: [any Topic.Type] = [
]
