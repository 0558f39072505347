/// All topics in the order of the course.
public let topics = optimization + linearLimits + neuralNetworks + backpropagation
