const SOUNDINGS: readonly [x: number, y: number, metres: string][] = [
  [330, 92, '21'],
  [438, 64, '34'],
  [470, 170, '28'],
  [372, 196, '14'],
  [300, 160, '9'],
  [418, 268, '12'],
  [486, 318, '19'],
  [352, 330, '6'],
  [260, 246, '4'],
  [446, 404, '8'],
  [250, 96, '7'],
  [396, 438, '3'],
];

const BERTHS: readonly [x: number, y: number][] = [
  [196, 262],
  [212, 282],
  [228, 302],
  [244, 322],
];

export function Chart() {
  return (
    <svg
      className="chart"
      viewBox="0 36 520 408"
      role="img"
      aria-label="Sea chart of a harbour with its guest berths"
    >
      <rect width="520" height="480" className="deep" />
      <path
        className="mid"
        d="M0 0H300C286 60 330 96 318 146S402 214 392 262 330 330 402 372 470 430 452 480H0Z"
      />
      <path
        className="shallow"
        d="M0 0H226C214 62 262 92 250 140S318 196 306 240 268 306 330 356 392 420 372 480H0Z"
      />
      <g className="contours">
        <path d="M366 0C352 52 394 90 386 138S462 214 452 268 404 330 462 372 530 420 512 480" />
        <path d="M452 0C440 50 470 92 466 138S530 210 524 262" />
      </g>
      <path
        className="land"
        d="M0 0H158C150 44 196 84 184 128 176 160 150 172 152 206 154 232 176 238 180 262L236 336C224 352 236 372 262 384 300 402 312 440 300 480H0Z"
      />
      <g className="heights">
        <path d="M0 62C54 58 96 84 104 128S76 196 90 238 128 312 122 356 150 440 140 480" />
        <path d="M0 148C34 150 52 172 52 204S44 268 58 310 70 420 62 480" />
      </g>
      <g className="pontoon">
        <path d="M184 250 252 338" />
        {BERTHS.map(([x, y]) => (
          <path key={x} d={`M${x} ${y}l26 -20`} />
        ))}
      </g>
      <g className="soundings">
        {SOUNDINGS.map(([x, y, metres]) => (
          <text key={`${x} ${y}`} x={x} y={y}>
            {metres}
          </text>
        ))}
      </g>
      <path className="fairway" d="M520 118C440 150 366 214 262 282" />
      <g className="yours">
        <circle cx="250" cy="290" r="15" />
        <text x="250" y="295">
          14
        </text>
      </g>
      <g className="light">
        <circle cx="300" cy="398" r="5" />
        <text x="314" y="403">
          Fl 5s 12m
        </text>
      </g>
      <g className="names">
        <text x="36" y="270">
          Sandhamn
        </text>
        <text x="392" y="238" className="water">
          Guest harbour
        </text>
      </g>
    </svg>
  );
}
