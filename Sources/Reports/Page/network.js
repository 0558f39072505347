// The network of the page: its weights as they were trained, and the forward pass in double precision.

function bytesOfBase64(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}

/** Numbers of base64 text: little-endian floats of four or two bytes. */
function numbersOfBase64(text, encoding) {
  const bytes = bytesOfBase64(text);
  const view = new DataView(bytes.buffer);
  const length = encoding === "float16" ? 2 : 4;
  const numbers = new Float32Array(bytes.length / length);
  for (let index = 0; index < numbers.length; index++) {
    numbers[index] = length === 4
      ? view.getFloat32(4 * index, true) : float16(view.getUint16(2 * index, true));
  }
  return numbers;
}

function float16(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/** Activation functions with their slopes at the weighted sum z. */
const activations = {
  identity: { value: (z) => z, slope: () => 1 },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  softplus: { value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: logistic },
  threshold: { value: (z) => (z > 0 ? 1 : 0), slope: (z) => (Math.abs(z) <= 1 ? 1 : 0) },
  logistic: { value: logistic, slope: (z) => logistic(z) * logistic(-z) },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  gelu: {
    value: (z) => (z * (1 + Math.tanh(geluArgument(z)))) / 2,
    slope: (z) => {
      const t = Math.tanh(geluArgument(z));
      return (1 + t + z * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * z * z)) / 2;
    },
  },
};

function logistic(z) {
  return 1 / (1 + Math.exp(-z));
}

function geluArgument(z) {
  const near = Math.min(10, Math.max(-10, z));
  return Math.sqrt(2 / Math.PI) * (near + 0.044715 * near ** 3);
}

/** A network of a report's description; `limit` is the scale of its first layer's pictures. */
function makeNetwork({ inputs, inputScale, layers, loss, weights, encoding }) {
  const numbers = numbersOfBase64(weights, encoding);
  let start = 0;
  let width = inputs;
  const made = layers.map(({ outputs, activation }) => {
    const layer = {
      inputs: width, outputs, function: activations[activation],
      weights: numbers.subarray(start, start + outputs * width), // [outputs × inputs]
      biases: numbers.subarray(start + outputs * width, start + outputs * (width + 1)),
    };
    start += outputs * (width + 1);
    width = outputs;
    return layer;
  });
  return { inputs, inputScale, loss, layers: made, limit: robustLimit(made[0].weights) };
}

/** Weighted sums and activations of all layers, and the probability of each class. */
function run(network, pixels) {
  let values = Float64Array.from(pixels, (pixel) => pixel * network.inputScale);
  const layers = network.layers.map((layer) => {
    const sums = new Float64Array(layer.outputs);
    // Most pixels of a digit are 0.
    const active = [];
    values.forEach((value, index) => value !== 0 && active.push(index));
    for (let output = 0; output < layer.outputs; output++) {
      const row = output * layer.inputs;
      let sum = layer.biases[output];
      for (const input of active) sum += layer.weights[row + input] * values[input];
      sums[output] = sum;
    }
    values = sums.map(layer.function.value);
    return { sums, values };
  });
  return { layers, probabilities: probabilities(values, network.loss) };
}

/** The probability of each class; of networks with squared error the bare outputs. */
function probabilities(outputs, loss) {
  let values = Array.from(outputs);
  if (loss === "softmaxCrossEntropy") {
    const most = Math.max(...values);
    const powers = values.map((value) => Math.exp(value - most));
    const sum = powers.reduce((total, power) => total + power, 0);
    values = powers.map((power) => power / sum);
  } else if (loss === "logisticCrossEntropy") {
    values = values.map(logistic);
  }
  // One output tells two classes apart.
  return values.length === 1 && loss !== "softmaxCrossEntropy" ? [1 - values[0], values[0]] : values;
}

/** The class of the largest probability, the first of equal ones. */
function winner(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}

/**
 * What each unit of the first hidden layer – without one, each input – adds to the weighted sum of a
 * class: its activation times the slope of that sum by it. With one hidden layer the slope is the
 * outgoing weight.
 */
function votes(network, pixels, result, classIndex) {
  const last = network.layers.length - 1;
  const outputs = network.layers[last].outputs;
  let slopes = new Float64Array(outputs);
  if (outputs > 1) slopes[classIndex] = 1;
  else slopes[0] = classIndex === 1 ? 1 : -1;
  for (let index = last; index > 0; index--) {
    const { inputs, weights } = network.layers[index];
    const before = new Float64Array(inputs);
    slopes.forEach((slope, output) => {
      if (slope === 0) return;
      const row = output * inputs;
      for (let input = 0; input < inputs; input++) before[input] += slope * weights[row + input];
    });
    slopes = index === 1 ? before : before.map((slope, unit) =>
      slope * network.layers[index - 1].function.slope(result.layers[index - 1].sums[unit]));
  }
  if (last > 0) return result.layers[0].values.map((value, unit) => value * slopes[unit]);
  const { inputs, weights } = network.layers[0];
  const row = outputs > 1 ? classIndex * inputs : 0;
  return Float64Array.from(pixels, (pixel, input) =>
    pixel * network.inputScale * weights[row + input] * slopes[outputs > 1 ? classIndex : 0]);
}
