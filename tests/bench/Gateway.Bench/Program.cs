using Gateway.Bench;

// One measurement a word.
switch (args)
{
    case []:
        await NoOpPlan.MeasureAsync(CancellationToken.None);
        return 0;
    case ["verify"]:
        return await NoOpVerify.MeasureAsync(CancellationToken.None);
    default:
        Console.Error.WriteLine("usage: Gateway.Bench [verify]");
        return 64;
}
