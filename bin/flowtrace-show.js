#!/usr/bin/env node
"use strict";
require("../dist/cli/show.js").main();
