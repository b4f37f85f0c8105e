import type { Messages } from "./en.js";

export const es = (): Messages => ({
  "help.usage": "Uso:",
  "help.options": "Opciones:",
  "help.examples": "Ejemplos:",
  "help.default": "(por defecto {value})",
  "option.help": "mostrar esto, y parar",
  "option.version": "mostrar la versión, y parar",
  "option.salvage": "tomar lo que se pueda leer de un fichero dañado",

  "flowtrace.usage": `flowtrace [opciones] -s <file> [argumentos del programa]
flowtrace [opciones] <file> [argumentos del programa]
flowtrace [opciones] -- <command> [argumentos]`,
  "flowtrace.about": "Graba cada llamada de un programa de Node.js en una traza que se abre después.",
  "flowtrace.notes":
    'Toda opción puede darse también con una variable (FLOWTRACE_MAX_DEPTH=5), con una clave "flowtrace" en package.json o en flowtrace.config.json. FLOWTRACE=0 apaga FlowTrace: el programa se ejecuta tal cual. En el código, /* flowtrace ignore next */ deja fuera una función.',
  "flowtrace.examples": `flowtrace -s app.js
    grabar app.js en flowtrace.json
flowtrace -s app.js -o run.json --tier gold
    --tier gold va a app.js
flowtrace app.js --verbose
    todo lo que sigue a app.js es del programa
flowtrace --exclude "src/vendor/**" -- npm test
    grabar lo que ejecuta una orden
flowtrace-visual -i flowtrace.json --open
    convertir la traza en una página HTML, y abrirla
flowtrace-show flowtrace.json
    mirarla en el terminal`,
  "group.files": "Qué se traza:",
  "group.values": "Valores:",
  "group.memory": "Memoria:",
  "group.secrets": "Secretos:",
  "group.limits": "Límites (0 es ninguno):",
  "group.flushing": "Qué pierde una muerte súbita:",
  "group.outside": "Procesos y la API de Node:",
  "group.afterwards": "Tras la ejecución:",
  "group.telling": "Qué cuenta:",
  "option.script": "el programa que se traza; lo que FlowTrace no conoce se le pasa",
  "option.output": "adónde va la traza; .gz comprime",
  "option.include": "trazar también estos ficheros, incluso en node_modules (repetible)",
  "option.exclude": "dejar fuera estos ficheros (repetible)",
  "option.trace-any": "trazar todos los ficheros menos los de Node",
  "option.skip-inputs": "no grabar lo que reciben las llamadas",
  "option.skip-outputs": "no grabar lo que devuelven las llamadas",
  "option.max-depth": "niveles de un valor que se abren",
  "option.max-items": "elementos o claves que se guardan de un contenedor",
  "option.max-values":
    "valores que se guardan en total de las entradas de una llamada, o de su salida, al principio",
  "option.max-string": "caracteres que se guardan de un texto",
  "option.with-memory": "memoria antes y después de cada llamada, y CPU/RSS en el tiempo",
  "option.no-memory": "sin cifras de memoria (por defecto); gana a --with-memory",
  "option.no-heap": "con --with-memory: solo las cifras del proceso, no las del heap",
  "option.redact": "otra clave cuyo valor es secreto (repetible)",
  "option.safe-key": "una clave que no es secreta, se llame como se llame (repetible)",
  "option.no-redact": "dejar los secretos como están",
  "option.max-calls": "grabar como mucho tantas llamadas de un hilo y contar el resto; 0 no pone límite",
  "option.max-size": "escribir como mucho tanto diario y contar el resto",
  "option.max-call-depth": "grabar llamadas anidadas hasta esa profundidad",
  "option.fold-after":
    "si bajo una misma llamada hay más, grabar las que destacan y solo contar y medir el resto",
  "option.max-overhead":
    "cuando grabar ocupa más del tiempo propio del programa, solo contar las funciones más llamadas",
  "option.flush-interval": "una muerte súbita pierde como mucho esto; 0 lo apaga",
  "option.flush-call-threshold": "volcar cada tantas llamadas",
  "option.flush-every-call": "volcar tras cada llamada: lento, no pierde nada",
  "option.log-flushes": "una línea en stderr por cada volcado",
  "option.no-children": "no trazar los procesos e hilos que arranca el programa",
  "option.builtins": "registrar también las llamadas de los paquetes a la API de Node, modificándola",
  "option.no-builtins": "no registrar las llamadas a la API de Node (ficheros, HTTP, …)",
  "option.html": "hacer también la página de la traza (por defecto, junto a ella)",
  "option.open": "hacer la página y abrirla",
  "option.export-otlp-endpoint":
    "enviar las llamadas como spans de OpenTelemetry tras la ejecución, adonde lo haría flowtrace-export --endpoint",
  "option.export-otlp-service": "el service.name de los spans",
  "option.export-otlp-header": "una cabecera de las peticiones que los envían (repetible)",
  "option.keep-journal": "conservar la carpeta <output>.run con los diarios",
  "option.verbose": "una línea por segundo en stderr: llamadas, bytes, tiempo desde el último volcado",
  "option.print-config": "mostrar las opciones en vigor y de dónde viene cada una, y parar",

  "visual.usage": "flowtrace-visual [-i] <trace.json[.gz]> [opciones]",
  "visual.about":
    "Convierte una traza en una página HTML que se abre desde el disco, sin conexión, en inglés y en español. También abre los ficheros de PyTraceFlow.",
  "visual.examples": `flowtrace-visual -i flowtrace.json --open
flowtrace-visual -i run.json.gz -o report.html --lang es --theme light`,
  "visual.input": "la traza",
  "visual.output": "la página (por defecto, junto a la traza, con .html)",
  "visual.lang": "idioma en que se abre",
  "visual.theme": "colores de la página",
  "visual.title": "título de la página",
  "visual.filter": "solo las llamadas que coincidan, y las que están encima: fn:checkout dur>10ms error:*",
  "visual.no-sources": "dejar fuera de la página el texto de los ficheros trazados",
  "visual.open": "abrir la página cuando esté escrita",

  "show.usage": "flowtrace-show [-i] <trace.json[.gz]> [opciones]",
  "show.about":
    "Muestra una traza en el terminal: cómo terminó, el camino hasta el fallo con sus valores, las llamadas y las funciones más lentas.",
  "show.examples": `flowtrace-show flowtrace.json
flowtrace-show --filter "fn:checkout dur>10ms"
flowtrace-show --call 42`,
  "show.input": "la traza",
  "show.depth": "niveles del árbol",
  "show.filter": "solo las llamadas que coincidan, como en la página: fn:checkout dur>10ms error:*",
  "show.min-duration": "solo las llamadas que tardaron al menos esto",
  "show.errors": "solo las llamadas que fallaron",
  "show.call": "una llamada con todos sus valores, por el # del árbol",
  "show.top": "cuántas de las funciones más lentas",
  "show.lang": "idioma (por defecto, el de LC_ALL, LC_MESSAGES, LANG)",
  "show.json": "los mismos datos para programas, con las llamadas pedidas enteras",

  "export.usage": `flowtrace-export [-i] <trace.json[.gz]> --endpoint <url|name> [opciones]
flowtrace-export [-i] <trace.json[.gz]> --format <name> -o <file> [opciones]`,
  "export.about":
    "Reproduce una traza como spans de OpenTelemetry, o la escribe como el fichero de otra herramienta.",
  "export.examples": `flowtrace-export -i flowtrace.json --endpoint jaeger
flowtrace-export --format speedscope -o flowtrace.speedscope.json
flowtrace-export --format csv -o - | head`,
  "export.input": "la traza",
  "export.endpoint":
    "adónde van los spans: {endpoints}, o una URL (por defecto: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT)",
  "export.service": "service.name (por defecto: OTEL_SERVICE_NAME, o el nombre del programa)",
  "export.header": "una cabecera de las peticiones (repetible)",
  "export.protocol": "http/protobuf (por defecto) o http/json",
  "export.compression": "none (por defecto) o gzip",
  "export.format": "{formats}",
  "export.output": "el fichero de --format; - es la salida estándar",
  "export.min-duration": "solo las llamadas que tardaron al menos esto",
  "export.max-depth": "solo las llamadas anidadas hasta esa profundidad",
  "export.max-spans": "como mucho tantas: las más largas",
  "export.filter": "solo las llamadas que coincidan, como en la página",

  "recover.usage": "flowtrace-recover [opciones] [flowtrace.json | flowtrace.json.run]",
  "recover.about":
    "Reconstruye, con los diarios de <output>.run, la traza de una ejecución que murió junto con su proceso flowtrace.",
  "recover.output": "adónde va la traza (por defecto, adonde habría ido)",
  "recover.keep-journal": "conservar después los diarios",

  "usage.no-program":
    "falta el programa: flowtrace app.js graba app.js, y flowtrace -- npm test lo que ejecuta una orden. flowtrace --help enumera las opciones.",
  "usage.no-command": "tras -- no hay ninguna orden: flowtrace -- npm test",
  "usage.unknown": "opción desconocida: {option}.",
  "usage.near": " ¿Querías decir {option}?",
  "usage.after-script": " Las opciones del programa van después de -s <file>.",
  "usage.see-help": " {command} --help enumera las opciones.",
  "usage.before-script": '"{argument}" está antes de -s: lo que es del programa va después.',
  "usage.flag-value": '{option} es un interruptor y no lleva valor (se dio "{text}").',
  "usage.needs-value": "{option} necesita un valor: {option} <{value}>.",
  "usage.script-twice": "-s se dio dos veces: {first} y {second}.",
  "usage.too-many": 'sobra el argumento "{argument}".',
  "usage.value": "{option} es {text}, y se esperaba {expected}.",
  "usage.choices": "{first} o {last}",
  "usage.no-option": '{path}: "{key}" no es una opción de FlowTrace.',
  "usage.no-object": "{path}: se esperaba un objeto de opciones.",
  "usage.unreadable": "{path} no se puede leer: {reason}",
  "usage.filter": "--filter: {reason}, en el carácter {position}.",
  "usage.nowhere": "falta el destino: dé --endpoint <url|name>, o --format <name> -o <file>.",
  "usage.both": "--endpoint y --format no van juntos: dé primero uno y después el otro.",
  "usage.format-file": "--format necesita un fichero: -o <file>, u -o - para la salida estándar.",
  "usage.onto-trace": "-o {path} es la propia traza: dé otro fichero.",
  "usage.onto-file": "-o {path} ya existe y no es una traza: se deja como está. Da otro fichero, o bórralo.",
  "usage.no-call": "no hay ninguna llamada #{call}: van de #0 a #{last}.",
  "usage.other-run": "{path} es la traza de otra ejecución, que se perdería: dé otro fichero con -o <file>.",
  "expected.number": "un número",
  "expected.not-negative": "un número desde 0",
  "expected.flag": "true o false",
  "expected.list": "una lista de textos",
  "expected.text": "un texto",

  "run.passed-on": "{argument} se pasa al programa; si quería decir {near}, es de FlowTrace.",
  "run.unknown-variable": "{variable} no es una variable de FlowTrace; ¿quería decir {near}?",
  "run.killed-before": "Una ejecución anterior murió de golpe; sus llamadas siguen en {run}: {command}",
  "run.writing": "El programa ha terminado; se está escribiendo su traza",
  "run.finished": "Trazado terminado en {time} (script={script})",
  "run.exit": "Terminó con código de salida {code}",
  "run.signal": "Terminado por {signal}",
  "run.error": "{end}: {error}",
  "run.error-in": "{end}: {error}, en {place}",
  "run.failed-in": "Ha fallado: {error}, en {place}",
  "run.handled-in": "{end}; el último error, que fue tratado: {error}, en {place}",
  "run.calls": "{count} llamadas",
  "run.call": "1 llamada",
  "run.files": "{count} ficheros",
  "run.file": "1 fichero",
  "run.tests": "{count} pruebas",
  "run.test": "1 prueba",
  "run.failed": "{count} con fallo",
  "run.threads": "{count} procesos e hilos",
  "run.unhandled": "{count} errores sin tratar",
  "run.one-unhandled": "1 error sin tratar",
  "run.handled": "{count} errores tratados",
  "run.one-handled": "1 error tratado",
  "run.cost": "; trazarlas costó unos {time}",
  "run.note": "Nota: {message}",
  "run.nothing":
    'No se ha grabado ningún fichero de {root}. Otros se graban con --include "**/node_modules/<package>/**", y lo que llaman las pruebas de jest y vitest, con una línea en su configuración: véase el README.',
  "run.no-function": "No se ha llamado a ninguna función en los ficheros de {root}.",
  "run.is-command": "{name} es una orden, no un programa de Node: flowtrace -- {command}",
  "run.trace": "Traza: {path} ({size})",
  "run.page": "Página: {path}",
  "run.page-in": "Página: {path} ({size}, {time})",
  "run.open": "Ábrala con: {visual}, o aquí: {show}",
  "run.open-yourself": "Ábrela tú: {path}",
  "run.recovered": "Recuperadas {calls}",
  "run.recorded": "Grabadas {calls}",
  "run.written": "Escrito: {path} ({size})",
  "run.written-remark": "Escrito: {path} ({size}): {remark}",
  "run.killed-process": "un proceso murió antes de escribir su traza. Recupérela con: {command}",
  "run.killed-more": " (y {count} más en esa carpeta)",

  "spans.progress": "{bar} {done} de {total} spans",
  "spans.unreachable": "{reason} ¿Está en marcha el receptor, y es esta su dirección para trazas?",
  "spans.accepted": "{accepted} spans aceptados por {url}, {refused} no, en {time}",
  "spans.one-accepted": "1 span aceptado por {url}, {refused} no, en {time}",
  "spans.remark": "El receptor observa: {reason}",
  "spans.refused": "{count} rechazados",
  "spans.undelivered": "{count} no entregados",
  "spans.unsent": "{count} no enviados ya",
  "spans.not-accepted": "No aceptados: {fates}: {reason}.",
  "spans.no-reason": "sin motivo",

  "progress.reading": "leyendo {percent} %",

  fault: "esto es un fallo de FlowTrace, avísenos, por favor:",
});
