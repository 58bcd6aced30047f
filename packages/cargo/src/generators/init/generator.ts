import { buildInit } from '@millwright/toolkit/nx';

export default buildInit('@millwright/cargo', ['target/']);
