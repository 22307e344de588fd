using Gateway.Service.Configuration;
using Xunit;

namespace Gateway.Service.Tests.Configuration;

public sealed class SchemaTests
{
    [Fact]
    public async Task The_committed_schema_is_the_one_that_the_types_make()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Gateway.sln")))
            folder = folder.Parent;

        var committed = await File.ReadAllTextAsync(
            Path.Combine(folder.FullName, "templates", "gateway.schema.json"), TestContext.Current.CancellationToken);

        Assert.Equal(ConfigurationFormat.Schema(), committed); // made anew by: Gateway.Service schema > templates/gateway.schema.json
    }
}
