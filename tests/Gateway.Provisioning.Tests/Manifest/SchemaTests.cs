using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Manifest;
using NJsonSchema;
using Xunit;

namespace Gateway.Provisioning.Tests.Manifest;

public class SchemaTests
{
    [Fact]
    public void The_committed_schema_is_the_one_that_the_types_give()
    {
        var path = Repository.PathOf("templates", "appliance.schema.json");
        var generated = ManifestSchema.Generate();
        if (Environment.GetEnvironmentVariable("UPDATE_BASELINES") == "1")
            File.WriteAllText(path, generated);
        Assert.Equal(File.ReadAllText(path), generated, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task The_default_manifest_is_valid_by_the_schema_too()
    {
        var schema = await JsonSchema.FromJsonAsync(EmbeddedFiles.Text("appliance.schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(WithoutComments(EmbeddedFiles.Text("appliance.json"))));
    }

    [Theory]
    [InlineData("\"cpuCores\": 8", "\"cpuKernels\": 8")]
    [InlineData("\"50 GB\"", "\"50 GByte\"")]
    [InlineData("\"keepDays\": 5", "\"keepDays\": 0")]
    [InlineData("\"leave\"", "\"allow\"")]
    public async Task The_schema_refuses_what_the_reader_refuses(string from, string to)
    {
        var schema = await JsonSchema.FromJsonAsync(EmbeddedFiles.Text("appliance.schema.json"), TestContext.Current.CancellationToken);
        var text = EmbeddedFiles.Text("appliance.json");
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.NotEmpty(schema.Validate(WithoutComments(text.Replace(from, to, StringComparison.Ordinal))));
    }

    private static string WithoutComments(string text) =>
        JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.ToJsonString();
}
